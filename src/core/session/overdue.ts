// What time alone says about the status: never that a turn is over or goes on, unless a signal has said so before.
import type { Agent } from '../agents/agent.ts';
import { become, type StatusState, settle } from './state.ts';

/**
 * How long, in ms, a signal must have said that the turn is over before it is believed of an agent that
 * speaks for itself and is silent: its events take a moment, an interrupted turn has none.
 */
export const restMs = 2_000;
/** An agent that hasn't begun by then, in ms, has something to ask: trust, a login, an update. */
export const beginMs = 20_000;
/** One that says when it is up asks nothing before, but may be slow on a busy machine. */
const upMs = 60_000;

type Judged = Partial<Pick<Agent, 'readEvent' | 'readScreen' | 'tellsReady'>>;

/** When time alone changes the state, in ms since 1970; null: never. */
export function dueAt(state: StatusState, agent: Judged): number | null {
  const wait = waitOf(state, agent);
  return wait && wait.since + wait.ms;
}

/** In how many ms that is; never longer than it takes altogether, though the clock was set back meanwhile. */
export function dueIn(state: StatusState, agent: Judged, now: number): number | null {
  const wait = waitOf(state, agent);
  return wait && Math.min(wait.ms, Math.max(0, wait.since + wait.ms - now));
}

/** The state at `now`, if nothing else has happened. */
export function whenDue(state: StatusState, agent: Judged, now: number): StatusState {
  const wait = waitOf(state, agent);
  // What began in the future did so before the clock was set back, and its time has passed.
  if (!wait || (wait.since <= now && now < wait.since + wait.ms)) return state;
  if (state.status === 'idle') return become({ ...state, turningAt: null }, 'working', now);
  if (state.restingAt !== null) return become(state, 'idle', now, { ended: 'silent' });
  if (state.status === 'starting' && !asksFirst(agent)) return settle(state, now);
  return become(state, 'waiting', now, { activity: 'has not begun: look at its terminal' });
}

/** What is waited for: since when, in ms since 1970, and for how many ms. */
function waitOf(state: StatusState, agent: Judged): { since: number; ms: number } | null {
  const { status, statusAt, restingAt, turningAt, speaks, expectsWork, unprompted } = state;
  if (restingAt !== null && status === 'working') return { since: restingAt, ms: restMs };
  if (turningAt !== null && status === 'idle') return { since: turningAt, ms: restMs };
  const isAwaited = status === 'working' && expectsWork;
  if (isAwaited && unprompted) return { since: statusAt, ms: beginMs };
  if (!agent.readEvent || speaks) return null;
  if (!isAwaited && !(agent.tellsReady && status === 'starting')) return null;
  return { since: statusAt, ms: agent.tellsReady && !asksFirst(agent) ? upMs : beginMs };
}

/** Whether it may ask something before it is up: then its screen is read. */
function asksFirst({ readScreen }: Judged): boolean {
  return readScreen !== undefined;
}
