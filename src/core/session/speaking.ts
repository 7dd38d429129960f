// What an agent's own events do to the status.
import type { AgentEvent, Problem } from '../agents/event.ts';
import { oneLine } from './signals.ts';
import { afterRest, become, type StatusState, settle, signalMs } from './state.ts';

/** The kernel dates files by a clock that may be this much, in ms, behind the one we read. */
const coarseMs = 10;

/** The state after an event of the agent; one from before the present turn is dropped. */
export function afterEvent(before: StatusState, event: AgentEvent, now: number): StatusState {
  // A clock that was set back makes everything look old: then the order of arrival has to do.
  if (before.since <= now && event.at + coarseMs < before.since)
    return afterOvertaken(before, event);
  if (before.endedAt <= now && event.at < before.endedAt) return afterLateWord(before, event);
  // What it says now is newer than whatever it had said before a prompt that is on its way.
  const state: StatusState =
    before.speaks && before.overtaken === null
      ? before
      : { ...before, speaks: true, overtaken: null };
  switch (event.kind) {
    case 'ready':
      if (state.status === 'starting') return settle(state, now);
      // What it asked before its first word is answered.
      if (before.speaks || state.status !== 'waiting' || state.question) return state;
      return state.expectsWork ? become(state, 'working', now) : settle(state, now);
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
    case 'tool-ended': {
      if (state.question?.id === event.id) return answered(state, event, event.id, now);
      // It may be told before what it had asked, which a rule has answered.
      const known = { ...state, answered: { id: event.id, at: event.at } };
      if (event.subAgent !== undefined || state.status === 'waiting') return known;
      return works(known, event, now);
    }
    case 'asked': {
      const { question } = event;
      if (isOver(state, event, now)) return state;
      const activity = oneLine(`${question.tool ?? ''} ${question.text}`);
      const waits = become(state, 'waiting', now, { activity, question });
      return { ...waits, expectsWork: false, askedAt: event.at };
    }
    case 'answered':
      return answered(state, event, event.id, now);
    case 'sub-agent-started':
      if (state.subAgents.includes(event.id)) return state;
      return { ...state, subAgents: [...state.subAgents, event.id] };
    case 'sub-agent-ended':
      if (!state.subAgents.includes(event.id)) return state;
      return { ...state, subAgents: state.subAgents.filter((id) => id !== event.id) };
    case 'turn-ended':
      return afterTurn(state, event, now);
    case 'rests':
      return afterQuiet(state, event, now);
    case 'said':
      return { ...before, activity: oneLine(event.message) };
    case 'retrying': {
      const { problem } = event;
      // It asked since.
      if (state.status === 'waiting' && isBefore(event, state.askedAt, now)) return state;
      return works(state, event, now, { activity: oneLine(problem.text), problem });
    }
    case 'usage':
    case 'transcript':
      return before;
  }
}

/** As many events as a turn may have on their way. */
const longestOvertaken = 20;

/** Said before the prompt that is on its way, and heard after: it may yet count. */
function afterOvertaken(state: StatusState, event: AgentEvent): StatusState {
  const { overtaken } = state;
  if (!overtaken || event.at + coarseMs < overtaken.since) return state;
  const events = [...overtaken.events, event].slice(-longestOvertaken);
  return { ...state, overtaken: { ...overtaken, events } };
}

/** A question is over; it may even be told before it is told that it was asked. */
function answered(
  state: StatusState,
  event: AgentEvent,
  id: string | undefined,
  now: number,
): StatusState {
  const last = id === undefined ? state.answered : { id, at: event.at };
  const known = last === state.answered ? state : { ...state, answered: last };
  // It was never told that it was asked, and so its turn was taken to be over.
  const wasSilent = state.status === 'idle' && state.ended === 'silent';
  if (wasSilent && !isBefore(event, state.statusAt, now)) return works(known, event, now);
  const isAnother = id !== undefined && id !== state.question?.id;
  if (state.status !== 'waiting' || isAnother) return known;
  // It is of one that stood before.
  if (id === undefined && isBefore(event, state.askedAt, now)) return known;
  return works(known, event, now);
}

/** Whether that very question was answered since, or told of a second time after it was. */
function isOver(
  { answered }: StatusState,
  { question, at }: Extract<AgentEvent, { kind: 'asked' }>,
  now: number,
): boolean {
  return answered?.id === question.id && answered.at <= now && at <= answered.at;
}

/** After a clock was set back, nothing is. */
function isBefore({ at }: AgentEvent, time: number, now: number): boolean {
  return time <= now && at < time;
}

/**
 * An agent's hook may be faster than its record: the turn's last words, read after its end, are still its
 * last words. Nothing else of a turn that is over counts.
 */
function afterLateWord(state: StatusState, event: AgentEvent): StatusState {
  const { status, ended, problem } = state;
  const isOver = status === 'idle' && ended === 'done' && problem === null;
  if (event.kind !== 'said' || !isOver) return state;
  return { ...state, activity: oneLine(event.message) };
}

/** Whether a question that stands is of this very turn, of which the agent's word comes late. */
function isAhead(state: StatusState, event: AgentEvent, now: number): boolean {
  const { status, statusAt, expectsWork } = state;
  return status === 'waiting' && !expectsWork && statusAt <= now && event.at < statusAt;
}

/** A question that is gone unanswered was turned down; for the rest, its other words may be on their way. */
function afterQuiet(state: StatusState, { at }: AgentEvent, now: number): StatusState {
  if (state.status === 'starting') return settle(state, now);
  if (state.status !== 'waiting' || state.expectsWork) return afterRest(state, now);
  return afterTurn(state, { kind: 'turn-ended', at, interrupted: true }, now);
}

function afterTurn(
  state: StatusState,
  event: Extract<AgentEvent, { kind: 'turn-ended' }>,
  now: number,
): StatusState {
  const { message, problem, interrupted } = event;
  const endedAt = Math.max(state.endedAt, event.at);
  // Its title has begun to turn since: the word was of the turn before. If it only goes on, that may be a hook of
  // the person's, or the title stands still: what is heard of it next tells.
  const { turnedAt } = state;
  const hasTurned = turnedAt !== null && isBefore(event, turnedAt - signalMs, now);
  const turningAt = hasTurned ? (state.turningAt ?? now) : null;
  const words = oneLine(problem?.text ?? message ?? '');
  // What was interrupted is not done any more.
  const activity = words || interrupted ? { activity: words } : {};
  const ended = interrupted ? 'interrupted' : 'done';
  if (state.status === 'idle' && !problem) {
    // It was taken to be over before its agent came to say so.
    if (state.ended === 'silent') {
      const unseen = state.unseen && !interrupted;
      return { ...state, ...activity, endedAt, ended, turningAt, unseen };
    }
    // It is told twice: by a hook, and by the conversation's record.
    if (interrupted) return { ...state, endedAt, ended, turningAt };
    // Or it was so short that its beginning is still on its way.
    return endedAt === state.endedAt ? state : { ...state, endedAt, turningAt };
  }
  const rest = become(state, 'idle', now, { ...activity, problem: problem ?? null, ended });
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
  const restingAt = restAfter(state, event, now);
  const restedAt = restingAt === null ? null : state.restedAt;
  return { ...working, expectsWork: false, restingAt, restedAt };
}

/**
 * What a signal said of rest stands against events from before it, which came late; against others it has to
 * stand as long once more, but for the beginning of a turn.
 */
function restAfter(state: StatusState, event: AgentEvent, now: number): number | null {
  const { restingAt, restedAt } = state;
  const isFrom = (at: number) => isBefore(event, at, now);
  if (restingAt === null) return restedAt !== null && isFrom(restedAt) ? restedAt : null;
  if (isFrom(restingAt)) return restingAt;
  return event.kind === 'turn-started' ? null : now;
}
