// From evidence to status: one pure function, so that every rule can be read and tested in one place.
// What each kind of evidence does stands in hearing.ts (signals), speaking.ts (the agent's own events),
// recording.ts (the record of one that has none) and overdue.ts (time).
import type { Exit, TerminalSignals } from '../../terminal/protocol.ts';
import type { Agent, Reading } from '../agents/agent.ts';
import type { AgentEvent } from '../agents/event.ts';
import { afterHearing } from './hearing.ts';
import { whenDue } from './overdue.ts';
import { afterRecord } from './recording.ts';
import type { Status } from './session.ts';
import { hear, oneLine } from './signals.ts';
import { afterEvent } from './speaking.ts';
import {
  afterRest,
  become,
  isOld,
  isRunning,
  type Start,
  type StatusState,
  started,
  submitted,
} from './state.ts';

export { type StatusState, statusOf } from './state.ts';

/** Something that happened. All but the last belong to one start of the agent, its generation. */
export type Evidence =
  /** With a prompt, a turn is in progress from the start. */
  | ({ kind: 'started' } & Start)
  | { kind: 'exited'; generation: number; exit: Exit }
  | {
      kind: 'signal';
      generation: number;
      changed: keyof TerminalSignals;
      signals: TerminalSignals;
      /** It came while nobody listened: only what the terminal host kept of it is known. */
      missed?: boolean;
    }
  /** What its screen said at that time, in ms since 1970; see `Agent.readScreen`. */
  | { kind: 'screen'; generation: number; reading: Reading; at: number }
  /** The agent's own word. */
  | { kind: 'event'; generation: number; event: AgentEvent }
  /** We pasted a prompt and are about to press Enter. `text` is the prompt. */
  | { kind: 'submitted'; generation: number; text?: string }
  /** The agent didn't take the prompt that was submitted when the status was `before`. */
  | { kind: 'not-taken'; generation: number; before: Status }
  /** It takes the prompt that it was started with only now, and that is typed next. */
  | { kind: 'takes-prompt'; generation: number }
  /** Time has passed; see `dueAt`. */
  | { kind: 'due'; generation: number }
  /** The person looked. */
  | { kind: 'looked' };

/** What judging needs to know of the agent; `readEvent` is there if it speaks for itself, else `readTranscript` may be. */
export type Judged = Partial<
  Pick<
    Agent,
    | 'readTitle'
    | 'readNotification'
    | 'readEvent'
    | 'readTranscript'
    | 'readScreen'
    | 'tellsReady'
    | 'ignores'
    | 'isShell'
  >
>;

/**
 * The state after the evidence; the same object when nothing changed. `now` in ms since 1970.
 * - An older generation's evidence is dropped, and nothing but a new start follows an exit.
 * - What the agent says of itself beats signals, and these beat guesses; silence says nothing.
 */
export function nextStatus(
  state: StatusState,
  evidence: Evidence,
  now: number,
  agent: Judged = {},
): StatusState {
  if (evidence.kind === 'looked') return state.unseen ? { ...state, unseen: false } : state;
  if (evidence.kind === 'started') {
    return evidence.generation > state.generation ? started(state, evidence, now) : state;
  }
  if (evidence.generation !== state.generation || !isRunning(state)) return state;
  switch (evidence.kind) {
    case 'exited': {
      const { exit } = evidence;
      const settled = become(state, 'exited', now, { reason: exitReason(exit), activity: '' });
      return { ...settled, subAgents: [], exit: { code: exit.code, signal: exit.signal } };
    }
    case 'submitted':
      // An agent's own command, such as /clear, need not begin a turn.
      if (agent.isShell || evidence.text?.trimStart().startsWith('/')) {
        return { ...state, since: now };
      }
      return submitted(state, now);
    case 'not-taken':
      return afterRefusal(state, evidence.before, now, hearerOf(agent));
    case 'signal': {
      const heard = hear(evidence.changed, evidence.signals, agent);
      if (!heard || (heard.kind === 'output' && agent.tellsReady)) return state;
      const how = { missed: evidence.missed === true, speaker: agent.readEvent !== undefined };
      return afterHearing(state, heard, now, how);
    }
    case 'screen': {
      const { at, reading } = evidence;
      const { status: means, activity } = reading;
      // One that speaks says it better, once it does.
      const isHeard = agent.readEvent !== undefined && state.speaks;
      if (means === null || isHeard || isOld(state, at, now)) return state;
      const level = { kind: 'level', source: 'screen', means, state: means } as const;
      const told = { ...level, activity: oneLine(activity), at: null };
      const how = { missed: false, speaker: agent.readEvent !== undefined };
      return afterHearing(state, told, now, how);
    }
    case 'takes-prompt':
      return state.unprompted && state.status === 'waiting' ? become(state, 'working', now) : state;
    case 'event':
      return hearerOf(agent)(state, evidence.event, now);
    case 'due':
      return whenDue(state, agent, now);
  }
}

/**
 * Back to what was before a prompt that was not taken, unless something has shown meanwhile that the agent is at
 * work. What a signal has said of rest still stands, and what the agent had said before counts again.
 */
function afterRefusal(
  state: StatusState,
  before: Status,
  now: number,
  hear: typeof afterEvent,
): StatusState {
  const isAwaited = state.expectsWork && state.status === 'working';
  const back = isAwaited
    ? { ...become(state, before, now), unseen: state.unseen, expectsWork: false }
    : state;
  const rests = state.restedAt === null ? back : afterRest(back, now);
  const { overtaken } = state;
  if (!overtaken) return rests;
  const anew: StatusState = { ...rests, since: overtaken.since, overtaken: null };
  return overtaken.events.reduce((to, event) => hear(to, event, now), anew);
}

/** What its own words do: one that has only a record says less by them. */
function hearerOf({ readTranscript, readEvent }: Judged): typeof afterEvent {
  return readTranscript !== undefined && readEvent === undefined ? afterRecord : afterEvent;
}

function exitReason({ code, signal }: Exit): string {
  if (code === null && !signal) return 'its terminal ended';
  if (signal) return `ended by ${signal}`;
  return code ? `ended with code ${code}` : 'ended';
}
