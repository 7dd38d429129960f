// From evidence to status: one pure function, so that every rule can be read and tested in one place.
import type { Exit, TerminalSignals } from '../../terminal/protocol.ts';
import type { Agent } from '../agents/agent.ts';
import type { Session, Status } from './session.ts';
import { type Heard, hear, type LevelSource, levelSources } from './signals.ts';

/** Something that happened. All but the last belong to one start of the agent, its generation. */
export type Evidence =
  /** `prompted`: it got a prompt on the command line, so a turn is in progress from the start. */
  | { kind: 'started'; generation: number; prompted: boolean }
  | { kind: 'exited'; generation: number; exit: Exit }
  | {
      kind: 'signal';
      generation: number;
      changed: keyof TerminalSignals;
      signals: TerminalSignals;
      /** It came while nobody listened: only what the terminal host kept of it is known. */
      missed?: boolean;
    }
  /** We pasted a prompt and are about to press Enter. `text` is the prompt. */
  | { kind: 'submitted'; generation: number; text?: string }
  /** The person looked. */
  | { kind: 'looked' };

/** The part of a session that evidence decides, and the little that must be remembered for it. */
export interface StatusState
  extends Pick<
    Session,
    'status' | 'reason' | 'activity' | 'unseen' | 'generation' | 'exit' | 'statusAt'
  > {
  /** What each source said last in this generation, as far as we were there to hear it. */
  levels: Record<LevelSource, Pick<Level, 'means' | 'state'> | null>;
  /** A prompt is on its way: until the agent was seen at work, being at rest is no news. */
  expectsWork: boolean;
  /** Notices from before this time, in ms since 1970, are of another turn. */
  since: number;
}

type Level = Extract<Heard, { kind: 'level' }>;
type Remembered = 'levels' | 'expectsWork' | 'since';

/** The state of a session as it was recorded, for a daemon that has just started. */
export function statusOf(
  session: Pick<Session, Exclude<keyof StatusState, Remembered>>,
): StatusState {
  const { status, reason, activity, unseen, generation, exit, statusAt } = session;
  const known = { status, reason, activity, unseen, generation, exit, statusAt };
  return { ...known, levels: { ...noLevels }, expectsWork: false, since: statusAt };
}

const noLevels = { prompt: null, progress: null, title: null };
/** States in which an agent is running; in the others its signals mean nothing. */
const running: readonly Status[] = ['starting', 'working', 'waiting', 'idle'];

/**
 * The state after the evidence; the same object when nothing changed. `now` in ms since 1970.
 * - An older generation's evidence is dropped, and nothing but a new start follows an exit.
 * - What the agent says of itself beats guesses; silence says nothing, however long.
 */
export function nextStatus(
  state: StatusState,
  evidence: Evidence,
  now: number,
  agent: Pick<Agent, 'readTitle' | 'readNotification'> = {},
): StatusState {
  if (evidence.kind === 'looked') return state.unseen ? { ...state, unseen: false } : state;
  if (evidence.kind === 'started') {
    return evidence.generation > state.generation ? started(state, evidence, now) : state;
  }
  if (evidence.generation !== state.generation || !running.includes(state.status)) return state;
  switch (evidence.kind) {
    case 'exited': {
      const { exit } = evidence;
      const settled = become(state, 'exited', now, { reason: exitReason(exit), activity: '' });
      return { ...settled, exit: { code: exit.code, signal: exit.signal } };
    }
    case 'submitted':
      // An agent's own command, such as /clear, need not begin a turn.
      if (evidence.text?.trimStart().startsWith('/')) return { ...state, since: now };
      return {
        ...become(state, 'working', now, { activity: '' }),
        expectsWork: !isBusy(state),
        since: now,
      };
    case 'signal': {
      const heard = hear(evidence.changed, evidence.signals, agent);
      return heard ? afterHearing(state, heard, now, evidence.missed === true) : state;
    }
  }
}

function started(
  state: StatusState,
  { generation, prompted }: Extract<Evidence, { kind: 'started' }>,
  now: number,
): StatusState {
  return {
    ...become(state, prompted ? 'working' : 'starting', now, { activity: '' }),
    generation,
    exit: null,
    unseen: false,
    levels: { ...noLevels },
    expectsWork: prompted,
    since: 0,
  };
}

function afterHearing(state: StatusState, heard: Heard, now: number, missed: boolean): StatusState {
  switch (heard.kind) {
    case 'level':
      return afterLevel(state, heard, now, missed);
    case 'question':
      if (heard.at <= state.since) return state;
      return { ...become(state, 'waiting', now, { activity: heard.text }), expectsWork: false };
    case 'attention':
      return heard.at <= state.since ? state : afterAttention(state, heard.text, now);
    case 'output':
      return state.status === 'starting' ? settle(state, now) : state;
  }
}

/** A bell or a notice without a reason: where nothing better is known, the turn is over. */
function afterAttention(state: StatusState, activity: string, now: number): StatusState {
  // A late notice of the last turn must not end this one, which a better source sees going on.
  if (state.status === 'waiting' || isBusy(state)) return state;
  const settled = become(state, 'idle', now, activity ? { activity } : {});
  // Without better sources, a turn that the person began in the terminal shows only here.
  const isOnlySource = levelSources.every((source) => state.levels[source] === null);
  if (settled.status === state.status && !isOnlySource) return settled;
  return { ...settled, expectsWork: false, unseen: true };
}

function afterLevel(before: StatusState, heard: Level, now: number, missed: boolean): StatusState {
  const { source, means, state: said, activity, at } = heard;
  const last = before.levels[source];
  const levels = { ...before.levels, [source]: { means, state: said } };
  const state = last?.state === said ? before : { ...before, levels };
  // What a source had said before we listened was judged then.
  if (!last && at !== null && at <= before.since) return state;
  // A title tells no time. One found after a restart may be older than the question, as a spinner is.
  if (!last && missed && before.status === 'waiting') return state;
  const told = activity ? { activity } : {};
  switch (means) {
    case 'working':
      // A spinner that goes on turning while a question stands is no answer to it.
      if (state.status === 'waiting' && last?.state === said) return state;
      return begun(become(state, 'working', now, told));
    case 'waiting':
      return begun(become(state, 'waiting', now, state.status === 'waiting' ? {} : told));
    case 'idle': {
      if (state.status === 'starting') return settle(state, now);
      const isNews = last ? last.state !== said : state.status !== 'waiting';
      if (!isNews || state.expectsWork || isBusy(state, source)) return state;
      return become(state, 'idle', now, told);
    }
  }
}

/** The turn that was waited for has begun. */
function begun(state: StatusState): StatusState {
  return state.expectsWork ? { ...state, expectsWork: false } : state;
}

/** Whether a source more precise than `than` (any, if left out) says that a turn is in progress. */
function isBusy({ levels }: StatusState, than?: LevelSource): boolean {
  const rank = than ? levelSources.indexOf(than) : levelSources.length;
  return levelSources.some((source, index) => index < rank && levels[source]?.means === 'working');
}

/** Up, with nothing to do: there is no news in it for the person. */
function settle(state: StatusState, now: number): StatusState {
  return { ...become(state, 'idle', now), unseen: state.unseen };
}

function become(
  state: StatusState,
  status: Status,
  now: number,
  told: { reason?: string; activity?: string } = {},
): StatusState {
  const { reason = '', activity = state.activity } = told;
  const isNew = status !== state.status;
  if (!isNew && reason === state.reason && activity === state.activity) return state;
  const wants = status === 'waiting' || status === 'idle' || status === 'exited';
  return {
    ...state,
    status,
    reason,
    activity,
    statusAt: isNew ? now : state.statusAt,
    unseen: isNew ? wants : state.unseen,
  };
}

function exitReason({ code, signal }: Exit): string {
  if (signal) return `ended by ${signal}`;
  return code ? `ended with code ${code}` : 'ended';
}
