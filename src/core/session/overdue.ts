// What time alone says about the status: never that a turn is over, unless a signal has said so before.
import { become, type StatusState } from './state.ts';

/**
 * How long, in ms, a signal must have said that the turn is over before it is believed of an agent that
 * speaks for itself and is silent: its events take a moment, an interrupted turn has none.
 */
export const restMs = 2_000;
/** An agent that speaks for itself and hasn't by then, in ms, has something to ask: trust, a login, an update. */
export const beginMs = 20_000;

/** When time alone changes the state, in ms since 1970; null: never. */
export function dueAt(state: StatusState, speaker: boolean): number | null {
  if (state.status !== 'working') return null;
  if (state.restingAt !== null) return state.restingAt + restMs;
  const isSilent = speaker && !state.speaks && state.expectsWork;
  return isSilent ? state.statusAt + beginMs : null;
}

/** The state at `now`, if nothing else has happened. */
export function whenDue(state: StatusState, speaker: boolean, now: number): StatusState {
  const due = dueAt(state, speaker);
  if (due === null || now < due) return state;
  if (state.restingAt !== null) return become(state, 'idle', now, { ended: 'silent' });
  return become(state, 'waiting', now, { activity: 'has not begun: look at its terminal' });
}
