// What an agent's own events do to the status.
import type { AgentEvent, Problem } from '../agents/event.ts';
import { oneLine } from './signals.ts';
import { become, type StatusState, settle } from './state.ts';

/** The kernel dates files by a clock that may be this much, in ms, behind the one we read. */
const coarseMs = 10;

/** The state after an event of the agent; one from before the present turn is dropped. */
export function afterEvent(before: StatusState, event: AgentEvent, now: number): StatusState {
  // A clock that was set back makes everything look old: then the order of arrival has to do.
  if (before.since <= now && event.at + coarseMs < before.since) return before;
  if (before.endedAt <= now && event.at < before.endedAt) return before;
  const state: StatusState = before.speaks ? before : { ...before, speaks: true };
  switch (event.kind) {
    case 'ready':
      return state.status === 'starting' ? settle(state, now) : state;
    case 'turn-started': {
      const begun = { ...state, subAgents: [], since: event.at };
      // The terminal was faster, and tells what the turn has come to by now.
      if (isAhead(state, event, now)) return begun;
      return works(begun, event, now, { activity: '' });
    }
    case 'tool-started': {
      const activity = oneLine(`${event.tool} ${event.text}`);
      // A sub-agent in the background may outlive the turn that began it.
      if (event.subAgent !== undefined && state.status !== 'working') return state;
      return state.status === 'waiting' ? state : works(state, event, now, { activity });
    }
    case 'tool-ended':
      if (state.question?.id === event.id) return works(state, event, now);
      if (event.subAgent !== undefined || state.status === 'waiting') return state;
      return works(state, event, now);
    case 'asked': {
      const { question } = event;
      const activity = oneLine(`${question.tool ?? ''} ${question.text}`);
      return { ...become(state, 'waiting', now, { activity, question }), expectsWork: false };
    }
    case 'answered': {
      const isAnother = event.id !== undefined && event.id !== state.question?.id;
      return state.status !== 'waiting' || isAnother ? state : works(state, event, now);
    }
    case 'sub-agent-started':
      if (state.subAgents.includes(event.id)) return state;
      return { ...state, subAgents: [...state.subAgents, event.id] };
    case 'sub-agent-ended':
      if (!state.subAgents.includes(event.id)) return state;
      return { ...state, subAgents: state.subAgents.filter((id) => id !== event.id) };
    case 'turn-ended':
      return afterTurn(state, event, now);
    case 'said':
      return { ...before, activity: oneLine(event.message) };
    case 'retrying': {
      const { problem } = event;
      return works(state, event, now, { activity: oneLine(problem.text), problem });
    }
    case 'usage':
    case 'transcript':
      return before;
  }
}

/** Whether a question that stands is of this very turn, of which the agent's word comes late. */
function isAhead(state: StatusState, event: AgentEvent, now: number): boolean {
  const { status, statusAt, expectsWork } = state;
  return status === 'waiting' && !expectsWork && statusAt <= now && event.at < statusAt;
}

function afterTurn(
  state: StatusState,
  event: Extract<AgentEvent, { kind: 'turn-ended' }>,
  now: number,
): StatusState {
  const { message, problem, interrupted } = event;
  const endedAt = Math.max(state.endedAt, event.at);
  const words = oneLine(problem?.text ?? message ?? '');
  // What was interrupted is not done any more.
  const activity = words || interrupted ? { activity: words } : {};
  const ended = interrupted ? 'interrupted' : 'done';
  if (state.status === 'idle' && !problem) {
    // It was taken to be over before its agent came to say so.
    if (state.ended === 'silent') {
      return { ...state, ...activity, endedAt, ended, unseen: state.unseen && !interrupted };
    }
    // It is told twice: by a hook, and by the conversation's record.
    return interrupted ? { ...state, endedAt, ended } : state;
  }
  const rest = become(state, 'idle', now, { ...activity, problem: problem ?? null, ended });
  // Its title goes on turning: the word was of the turn before, or a hook of the person's made it go on.
  const turningAt = state.levels.title?.means === 'working' ? now : null;
  const next = { ...rest, turningAt, endedAt, expectsWork: false, subAgents: [], restingAt: null };
  // Who interrupts, looks.
  return interrupted ? { ...next, unseen: false } : next;
}

/** Whatever stood in its way is over, unless `told`. */
function works(
  state: StatusState,
  event: AgentEvent,
  now: number,
  { problem = null, ...told }: { activity?: string; problem?: Problem | null } = {},
): StatusState {
  const working = become(state, 'working', now, { ...told, problem });
  return { ...working, expectsWork: false, restingAt: restAfter(state, event, now) };
}

/**
 * What a signal said of rest stands against events from before it, which came late; against others it has to
 * stand as long once more, but for the beginning of a turn.
 */
function restAfter(state: StatusState, event: AgentEvent, now: number): number | null {
  const { restingAt, restedAt } = state;
  if (restingAt === null) return restedAt !== null && event.at < restedAt ? restedAt : null;
  if (event.at < restingAt) return restingAt;
  return event.kind === 'turn-started' ? null : now;
}
