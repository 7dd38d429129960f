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
  const state: StatusState = before.speaks ? before : { ...before, speaks: true };
  switch (event.kind) {
    case 'ready':
      return state.status === 'starting' ? settle(state, now) : state;
    case 'turn-started':
      return works({ ...state, subAgents: [], since: event.at }, now, { activity: '' });
    case 'tool-started': {
      const activity = oneLine(`${event.tool} ${event.text}`);
      // A sub-agent in the background may outlive the turn that began it.
      if (event.subAgent !== undefined && state.status !== 'working') return state;
      return state.status === 'waiting' ? state : works(state, now, { activity });
    }
    case 'tool-ended':
      if (state.question?.id === event.id) return works(state, now);
      if (event.subAgent !== undefined || state.status === 'waiting') return state;
      return works(state, now);
    case 'asked': {
      const { question } = event;
      const activity = oneLine(`${question.tool ?? ''} ${question.text}`);
      return { ...become(state, 'waiting', now, { activity, question }), expectsWork: false };
    }
    case 'answered': {
      const isAnother = event.id !== undefined && event.id !== state.question?.id;
      return state.status !== 'waiting' || isAnother ? state : works(state, now);
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
      return works(state, now, { activity: oneLine(problem.text), problem });
    }
    case 'usage':
    case 'transcript':
      return before;
  }
}

function afterTurn(
  state: StatusState,
  event: Extract<AgentEvent, { kind: 'turn-ended' }>,
  now: number,
): StatusState {
  const { message, problem, interrupted } = event;
  // It is told twice: by a hook, and by the conversation's record.
  if (state.status === 'idle' && !problem) {
    const isLate = interrupted || state.ended === 'silent';
    return isLate ? { ...state, ended: interrupted ? 'interrupted' : 'done' } : state;
  }
  const words = oneLine(problem?.text ?? message ?? '');
  // What was interrupted is not done any more.
  const activity = words || interrupted ? { activity: words } : {};
  const ended = interrupted ? 'interrupted' : 'done';
  const rest = become(state, 'idle', now, { ...activity, problem: problem ?? null, ended });
  const next = { ...rest, expectsWork: false, subAgents: [], restingAt: null };
  // Who interrupts, looks.
  return interrupted ? { ...next, unseen: false } : next;
}

/** Whatever stood in its way is over, unless `told`. */
function works(
  state: StatusState,
  now: number,
  { problem = null, ...told }: { activity?: string; problem?: Problem | null } = {},
): StatusState {
  const working = become(state, 'working', now, { ...told, problem });
  return { ...working, expectsWork: false, restingAt: null };
}
