// What a terminal signal does to the status.

import { type Heard, levelSources } from './signals.ts';
import { become, begun, isBusy, type Level, type StatusState, settle } from './state.ts';

/**
 * The state after a signal. `missed`: it came while nobody listened. `speaker`: the agent can speak for
 * itself; its first word comes a while after its first title, which at the start may be at rest, too.
 */
export function afterHearing(
  state: StatusState,
  heard: Heard,
  now: number,
  { missed, speaker }: { missed: boolean; speaker: boolean },
): StatusState {
  switch (heard.kind) {
    case 'level':
      return afterLevel(state, heard, now, { missed, speaker });
    case 'question':
      if (heard.at <= state.since || knowsBetter(state)) return state;
      return { ...become(state, 'waiting', now, { activity: heard.text }), expectsWork: false };
    case 'attention':
      return heard.at <= state.since || speaker ? state : afterAttention(state, heard.text, now);
    case 'output':
      return state.status === 'starting' ? settle(state, now) : state;
  }
}

/** What an agent that speaks asks, it says itself, and at once; a notice of it may come long after. */
function knowsBetter(state: StatusState): boolean {
  return state.speaks && (state.status === 'waiting' || state.status === 'idle');
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

function afterLevel(
  before: StatusState,
  heard: Level,
  now: number,
  { missed, speaker }: { missed: boolean; speaker: boolean },
): StatusState {
  const { source, means, state: said, activity, at } = heard;
  const last = before.levels[source];
  // What the host remembers was asked for before what it has told since.
  if (last && missed) return before;
  const levels = { ...before.levels, [source]: { means, state: said } };
  const restedAt = means === 'idle' ? now : null;
  const turningAt = means === 'working' ? before.turningAt : null;
  const state = last?.state === said ? before : { ...before, levels, restedAt, turningAt };
  // What a source had said before we listened was judged then.
  if (!last && at !== null && at <= before.since) return state;
  // A title tells no time. One found after a restart may be older than the question, as a spinner is.
  if (!last && missed && before.status === 'waiting') return state;
  const told = activity && !state.speaks ? { activity } : {};
  const isNews = last ? last.state !== said : state.status !== 'waiting';
  switch (means) {
    case 'working':
      // A spinner that goes on turning while a question stands is no answer to it, nor is one that
      // hasn't stopped yet a new turn.
      if (state.status === 'waiting' && (last?.state === said || isPaused(heard))) return state;
      if (state.speaks && state.status !== 'working' && !isNews) return state;
      // A bar may be drawn once more before it goes: time must tell; see `overdue.ts`.
      if (state.speaks && state.status === 'idle') return { ...state, turningAt: now };
      return begun(become(state, 'working', now, told));
    case 'waiting':
      if (knowsBetter(state) && !isNews) return state;
      return begun(
        become(state, 'waiting', now, state.status === 'waiting' ? asBefore(state) : told),
      );
    case 'idle': {
      if (state.status === 'starting') return settle(state, now);
      if (state.speaks || speaker) return afterRest(state, now);
      if (!isNews || state.expectsWork || isBusy(state, source)) return state;
      return become(state, 'idle', now, told);
    }
  }
}

/** A bar that stands still, ConEmu's OSC 9;4;4: some agents show it while they ask. */
function isPaused({ source, state }: Level): boolean {
  return source === 'progress' && state === '4';
}

function asBefore({ question }: StatusState) {
  return { question };
}

/**
 * A turn that ends without a word of the agent: its own events may be on their way, so that time must
 * tell; see `overdue.ts`. A question that is over without an answer ends likewise.
 */
function afterRest(state: StatusState, now: number): StatusState {
  if (state.status !== 'working' || state.expectsWork || state.restingAt !== null) return state;
  return { ...state, restingAt: now };
}
