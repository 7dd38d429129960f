// The part of a session that evidence decides, and the moves it can make.
import type { AgentEvent, Problem, Question } from '../agents/event.ts';
import type { Session, Status } from './session.ts';
import { type Heard, type LevelSource, levelSources } from './signals.ts';

type Judged =
  | 'status'
  | 'reason'
  | 'activity'
  | 'unseen'
  | 'generation'
  | 'exit'
  | 'statusAt'
  | 'question'
  | 'problem';

export interface StatusState extends Pick<Session, Judged> {
  /** What each source said last in this generation, as far as we were there to hear it. */
  levels: Record<LevelSource, Pick<Level, 'means' | 'state'> | null>;
  /** A prompt is on its way: until the agent was seen at work, being at rest is no news. */
  expectsWork: boolean;
  /**
   * When the turn began before a prompt that is on its way, in ms since 1970, and what the agent has said of that
   * since: it counts if the prompt isn't taken. Null: none is.
   */
  overtaken: { since: number; events: readonly AgentEvent[] } | null;
  /** Its first prompt is yet to be typed: until then nothing that it does is a turn. */
  unprompted: boolean;
  /** Notices from before this time, in ms since 1970, are of another turn. */
  since: number;
  /** The agent has spoken for itself in this generation: signals only fill the gaps. */
  speaks: boolean;
  /** How the last turn ended, while no other goes on; null: one does, or none was there. */
  ended: Ended | null;
  /** When the agent's own word ended the last turn, in ms since 1970: its older events are of that one. */
  endedAt: number;
  /** When the agent asked what stands, or stood last, in ms since 1970. */
  askedAt: number;
  /** The last question that was over, and when, in ms since 1970. */
  answered: { id: string; at: number } | null;
  /** Ids of the sub-agents at work. */
  subAgents: readonly string[];
  /** Since when, in ms since 1970, a signal says that the turn is over and the agent doesn't; null: no such thing. */
  restingAt: number | null;
  /** Since when, in ms since 1970, a signal says that a turn goes on though the agent said it was over; null: none. */
  turningAt: number | null;
  /** When a signal last began to say that no turn goes on, in ms since 1970; null: it says that one does. */
  restedAt: number | null;
  /** When the title last began to say that a turn goes on, in ms since 1970; null: it says that none does. */
  turnedAt: number | null;
}

/**
 * `silent`: only a signal says so, though the agent speaks for itself; `unclear`: only a bell, a notice without
 * a reason or some first output, which may as well mean that it asks; `cut`: with the agent. What ended with a
 * problem is `done`, and has it.
 */
export const endings = ['done', 'interrupted', 'silent', 'unclear', 'cut'] as const;
export type Ended = (typeof endings)[number];

export type Level = Extract<Heard, { kind: 'level' }>;

const noLevels = { prompt: null, progress: null, title: null, screen: null };
/** What is as good as forgotten with every new start. */
const nothingHeard = {
  levels: noLevels,
  expectsWork: false,
  overtaken: null,
  unprompted: false,
  speaks: false,
  ended: null,
  endedAt: 0,
  askedAt: 0,
  answered: null,
  subAgents: [],
  restingAt: null,
  restedAt: null,
  turnedAt: null,
  turningAt: null,
  question: null,
  problem: null,
};

/** How long, in ms, what the agent writes into its terminal may be on its way. */
export const signalMs = 200;

/** States in which an agent is running; in the others its evidence means nothing. */
export function isRunning({ status }: Pick<StatusState, 'status'>): boolean {
  return status === 'starting' || status === 'working' || status === 'waiting' || status === 'idle';
}

/** A turn is in progress, though it may wait for the person. */
export function isAtWork({ status }: Pick<StatusState, 'status'>): boolean {
  return status === 'working' || status === 'waiting';
}

/**
 * The state of a session as it was recorded, for a daemon that has just started; `heard` is what the
 * last one remembered.
 */
export function statusOf(
  session: Pick<Session, Judged>,
  heard: Pick<StatusState, 'speaks' | 'since' | 'ended'> & { endedAt?: number } = {
    speaks: false,
    since: session.statusAt,
    ended: null,
  },
): StatusState {
  const { status, reason, activity, unseen, generation, exit, statusAt, question, problem } =
    session;
  return {
    ...nothingHeard,
    ...{ status, reason, activity, unseen, generation, exit, statusAt, question, problem },
    ...heard,
  };
}

export interface Start {
  generation: number;
  /** It begins with a prompt; `typed`: which is not on its command line, but typed once it is up. */
  prompted: boolean;
  typed?: boolean;
  /** In ms since 1970. */
  at?: number;
}

/** A new start of the agent. */
export function started(
  state: StatusState,
  { generation, prompted, typed = false, at }: Start,
  now: number,
): StatusState {
  return {
    ...become(state, prompted ? 'working' : 'starting', now, { activity: '' }),
    ...nothingHeard,
    generation,
    exit: null,
    unseen: false,
    expectsWork: prompted,
    unprompted: prompted && typed,
    since: at ?? 0,
  };
}

/** The turn that was waited for has begun. */
export function begun(state: StatusState): StatusState {
  return state.expectsWork && !state.unprompted ? { ...state, expectsWork: false } : state;
}

/** Whether what happened then, in ms since 1970, is of another turn. After a clock was set back, nothing is. */
export function isOld({ since }: StatusState, at: number, now: number): boolean {
  return since <= now && at <= since;
}

/** A prompt was submitted: an input line that is seen from now on, empty, is another one. */
export function submitted(state: StatusState, now: number): StatusState {
  const { levels } = state;
  const screen = levels.screen && ({ means: 'working', state: 'submitted' } as const);
  return {
    ...become(state, 'working', now, { activity: '' }),
    // What still says that a turn goes on, though its agent has said that it is over, has stood still.
    expectsWork: !isBusy(state) || (state.speaks && state.status === 'idle'),
    overtaken: { since: state.since, events: [] },
    unprompted: false,
    levels: screen ? { ...levels, screen } : levels,
    since: now,
  };
}

/** Whether a source more precise than `than` (any, if left out) says that a turn is in progress. */
export function isBusy({ levels }: StatusState, than?: LevelSource): boolean {
  const rank = than ? levelSources.indexOf(than) : levelSources.length;
  return levelSources.some((source, index) => index < rank && levels[source]?.means === 'working');
}

/** Up, with nothing to do: there is no news in it for the person. */
export function settle(state: StatusState, now: number, ended?: Ended): StatusState {
  return { ...become(state, 'idle', now, ended ? { ended } : {}), unseen: state.unseen };
}

/**
 * A turn that ends without a word of the agent: its own events may be on their way, so that time must
 * tell; see `overdue.ts`. A question that is over without an answer ends likewise.
 */
export function afterRest(state: StatusState, now: number): StatusState {
  if (state.status !== 'working' || state.expectsWork || state.restingAt !== null) return state;
  return { ...state, restingAt: now };
}

/** The state with another status; the same object when that changes nothing. */
export function become(
  state: StatusState,
  status: Status,
  now: number,
  told: {
    reason?: string;
    activity?: string;
    question?: Question | null;
    problem?: Problem | null;
    ended?: Ended;
  } = {},
): StatusState {
  const { reason = '', activity = state.activity, question = null } = told;
  const isNew = status !== state.status;
  // A problem stands until something else happens.
  const kept = isNew ? null : state.problem;
  const problem = told.problem === undefined ? kept : told.problem;
  const ended = endOf(state, status, told.ended);
  const next = { status, reason, activity, question, problem, ended, restingAt: null };
  const keys = Object.keys(next) as (keyof typeof next)[];
  if (keys.every((key) => same(state[key], next[key]))) return state;
  const wants = status === 'waiting' || status === 'idle' || status === 'exited';
  // Another question, though one stood there, is news, too. The words of one that a signal told of are not.
  const isAnother =
    state.question !== null && question !== null && question.id !== state.question.id;
  const isNews = isNew || isAnother;
  return {
    ...state,
    ...next,
    statusAt: isNews ? now : state.statusAt,
    unseen: isNews ? wants : state.unseen,
  };
}

function endOf(state: StatusState, status: Status, told: Ended | undefined): Ended | null {
  if (status === 'idle') return told ?? (state.status === 'idle' ? state.ended : null) ?? 'done';
  if (status !== 'exited') return null;
  return state.status === 'idle' || state.status === 'starting' ? (state.ended ?? 'done') : 'cut';
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
