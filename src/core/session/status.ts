// From evidence to status: one pure function, so that every rule can be read and tested in one place.
// What each kind of evidence does stands in hearing.ts (signals), speaking.ts (the agent's own events)
// and overdue.ts (time).
import type { Exit, TerminalSignals } from '../../terminal/protocol.ts';
import type { Agent } from '../agents/agent.ts';
import type { AgentEvent } from '../agents/event.ts';
import { afterHearing } from './hearing.ts';
import { whenDue } from './overdue.ts';
import type { Status } from './session.ts';
import { hear } from './signals.ts';
import { afterEvent } from './speaking.ts';
import { become, isBusy, isRunning, type StatusState, started } from './state.ts';

export { type StatusState, statusOf } from './state.ts';

/** Something that happened. All but the last belong to one start of the agent, its generation. */
export type Evidence =
  /** `prompted`: it got a prompt on the command line, so a turn is in progress from the start. `at`: when, in ms since 1970. */
  | { kind: 'started'; generation: number; prompted: boolean; at?: number }
  | { kind: 'exited'; generation: number; exit: Exit }
  | {
      kind: 'signal';
      generation: number;
      changed: keyof TerminalSignals;
      signals: TerminalSignals;
      /** It came while nobody listened: only what the terminal host kept of it is known. */
      missed?: boolean;
    }
  /** The agent's own word. */
  | { kind: 'event'; generation: number; event: AgentEvent }
  /** We pasted a prompt and are about to press Enter. `text` is the prompt. */
  | { kind: 'submitted'; generation: number; text?: string }
  /** The agent didn't take the prompt that was submitted when the status was `before`. */
  | { kind: 'not-taken'; generation: number; before: Status }
  /** Time has passed; see `dueAt`. */
  | { kind: 'due'; generation: number }
  /** The person looked. */
  | { kind: 'looked' };

/** What judging needs to know of the agent; `readEvent` is there if it speaks for itself. */
export type Judged = Partial<
  Pick<Agent, 'readTitle' | 'readNotification' | 'readEvent' | 'tellsReady' | 'ignores'>
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
      if (evidence.text?.trimStart().startsWith('/')) return { ...state, since: now };
      return {
        ...become(state, 'working', now, { activity: '' }),
        expectsWork: !isBusy(state),
        since: now,
      };
    case 'not-taken':
      // Unless something has shown meanwhile that it is at work.
      if (!state.expectsWork || state.status !== 'working') return state;
      return { ...become(state, evidence.before, now), unseen: state.unseen, expectsWork: false };
    case 'signal': {
      const heard = hear(evidence.changed, evidence.signals, agent);
      if (!heard || (heard.kind === 'output' && agent.tellsReady)) return state;
      const how = { missed: evidence.missed === true, speaker: agent.readEvent !== undefined };
      return afterHearing(state, heard, now, how);
    }
    case 'event':
      return afterEvent(state, evidence.event, now);
    case 'due':
      return whenDue(state, agent, now);
  }
}

function exitReason({ code, signal }: Exit): string {
  if (signal) return `ended by ${signal}`;
  return code ? `ended with code ${code}` : 'ended';
}
