// What time alone says about the status: never that a turn is over or goes on, unless a signal has said so before.
import type { Agent } from '../agents/agent.ts';
import { become, type StatusState, settle } from './state.ts';

/**
 * How long, in ms, a signal must have said that the turn is over before it is believed of an agent that
 * speaks for itself and is silent: its events take a moment, an interrupted turn has none.
 */
export const restMs = 2_000;
/** An agent that speaks for itself and hasn't by then, in ms, has something to ask: trust, a login, an update. */
export const beginMs = 20_000;
/** One that says when it is up asks nothing before, but may be slow on a busy machine. */
const upMs = 60_000;

type Speaker = Partial<Pick<Agent, 'readEvent' | 'tellsReady'>>;

/** When time alone changes the state, in ms since 1970; null: never. */
export function dueAt(state: StatusState, agent: Speaker): number | null {
  if (state.restingAt !== null && state.status === 'working') return state.restingAt + restMs;
  if (state.turningAt !== null && state.status === 'idle') return state.turningAt + restMs;
  if (!agent.readEvent || state.speaks) return null;
  const isAwaited = state.status === 'working' && state.expectsWork;
  if (agent.tellsReady && (isAwaited || state.status === 'starting')) return state.statusAt + upMs;
  return isAwaited ? state.statusAt + beginMs : null;
}

/** The state at `now`, if nothing else has happened. */
export function whenDue(state: StatusState, agent: Speaker, now: number): StatusState {
  const due = dueAt(state, agent);
  if (due === null || now < due) return state;
  if (state.status === 'starting') return settle(state, now);
  if (state.status === 'idle') return become({ ...state, turningAt: null }, 'working', now);
  if (state.restingAt !== null) return become(state, 'idle', now, { ended: 'silent' });
  return become(state, 'waiting', now, { activity: 'has not begun: look at its terminal' });
}
