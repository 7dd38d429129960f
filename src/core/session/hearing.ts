// What a terminal signal does to the status.

import { type Heard, levelSources } from './signals.ts';
import {
  afterRest,
  become,
  begun,
  isBusy,
  isOld,
  type Level,
  type StatusState,
  settle,
  signalMs,
} from './state.ts';

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
      if (isOld(state, heard.at, now) || knowsBetter(state)) return state;
      return { ...become(state, 'waiting', now, { activity: heard.text }), expectsWork: false };
    case 'attention':
      if (isOld(state, heard.at, now) || speaker) return state;
      return afterAttention(state, heard.text, now);
    case 'output':
      // It may ask something before anything else.
      return state.status === 'starting' ? settle(state, now, 'unclear') : state;
  }
}

/** What an agent that speaks asks, it says itself, and at once; a notice of it may come long after. */
function knowsBetter(state: StatusState): boolean {
  return state.speaks && (state.status === 'waiting' || state.status === 'idle');
}

/**
 * A bell or a notice without a reason: where nothing better is known, the turn is over, or the agent asks.
 */
function afterAttention(state: StatusState, text: string, now: number): StatusState {
  // Before its first prompt is there, it can only want something else.
  if (state.status === 'waiting' || state.unprompted) return state;
  // A late notice of the last turn must not end this one, which a better source sees going on.
  if (isBusy(state, 'screen')) return state;
  // The screen is a moment behind it.
  if (isBusy(state)) return afterRest(state, now);
  const activity = text || unclear;
  const settled = become(state, 'idle', now, { activity, ended: 'unclear' });
  // Without better sources, a turn that the person began in the terminal shows only here.
  const isOnlySource = levelSources.every((source) => state.levels[source] === null);
  if (state.status === 'idle' && !isOnlySource) return state;
  return { ...settled, expectsWork: false, unseen: true };
}

const unclear = 'rang: it is done, or asks something';

function afterLevel(
  before: StatusState,
  heard: Level,
  now: number,
  { missed, speaker }: { missed: boolean; speaker: boolean },
): StatusState {
  const { source, means, state: said, activity, at } = heard;
  const last = before.levels[source];
  // Before it has shown an input line or a question, its screen is still being built up.
  if (source === 'screen' && means === 'working' && !last) return before;
  // What the host remembers was asked for before what it has told since.
  if (last && missed) return before;
  const levels = { ...before.levels, [source]: { means, state: said } };
  const restedAt = means === 'idle' ? now : null;
  const turningAt = means === 'working' ? before.turningAt : null;
  const turned = means === 'working' ? now : null;
  const turnedAt = source === 'title' ? turned : before.turnedAt;
  const state =
    last?.state === said ? before : { ...before, levels, restedAt, turnedAt, turningAt };
  // What a source had said before we listened was judged then.
  if (!last && at !== null && isOld(before, at, now)) return state;
  // A title tells no time. One found after a restart may be older than the question, as a spinner is.
  if (!last && missed && before.status === 'waiting') return state;
  const told = activity && !state.speaks ? { activity } : {};
  const isNews = last ? last.state !== said : state.status !== 'waiting';
  switch (means) {
    case 'working':
      // A spinner that goes on turning while a question stands is no answer to it, nor is one that
      // hasn't stopped yet a new turn.
      if (state.status === 'waiting' && (last?.state === said || isPaused(heard))) return state;
      // Written before the agent asked, it may be heard after that; as if it were yet to come, for what goes on then.
      if (hasJustAsked(before, now)) return before;
      if (state.speaks && state.status === 'idle') return afterTurning(state, heard, isNews, now);
      if (state.speaks && state.status !== 'working' && !isNews) return state;
      // It goes on showing nothing that is known, though it has rung.
      if (source === 'screen' && state.status === 'idle' && !isNews) return state;
      return begun(become(state, 'working', now, told));
    case 'waiting':
      if (knowsBetter(state) && !isNews) return state;
      // What it asks before it takes a prompt is no turn.
      if (source === 'screen') return become(state, 'waiting', now, told);
      return begun(
        become(state, 'waiting', now, state.status === 'waiting' ? asBefore(state) : told),
      );
    case 'idle': {
      if (state.status === 'starting') return settle(state, now);
      if (state.speaks || speaker) return afterRest(state, now);
      if (source === 'screen') return afterInputLine(state, now);
      if (!isNews || state.expectsWork || isBusy(state, source)) return state;
      return become(state, 'idle', now, told);
    }
  }
}

/**
 * A signal says that a turn goes on, and the agent, or another signal, that it is over: time must tell, as a bar may
 * be drawn once more before it goes; see `overdue.ts`. A title that has stood still since says nothing, one that
 * turns on does.
 */
function afterTurning(
  state: StatusState,
  { source, at }: Level,
  isNews: boolean,
  now: number,
): StatusState {
  const { statusAt, turningAt } = state;
  const isSilent = state.ended === 'silent';
  const overAt = isSilent ? statusAt : state.endedAt;
  // It may have been written before; but not where the terminal itself has told that it was over.
  const isOfThen = overAt <= now && (at === null ? now < overAt + signalMs : at < overAt);
  if (isOfThen && !(isSilent && isNews)) return state;
  if (isNews) return { ...state, turningAt: now };
  if (source !== 'title' || turningAt !== null || overAt === 0) return state;
  return { ...state, turningAt: statusAt };
}

/** The agent's own word that it asks, heard so lately that its terminal may still be behind. */
function hasJustAsked(state: StatusState, now: number): boolean {
  const { speaks, status, question, statusAt } = state;
  const isStanding = speaks && status === 'waiting' && question !== null;
  return isStanding && statusAt <= now && now < statusAt + signalMs;
}

/** An empty input line is there: what was submitted has left it, and its turn is over. */
function afterInputLine(state: StatusState, now: number): StatusState {
  // Its prompt is typed next.
  if (state.unprompted) return state.status === 'waiting' ? become(state, 'working', now) : state;
  if (isBusy(state, 'screen')) return state;
  const activity = state.ended === 'unclear' ? '' : state.activity;
  const over = { ...become(state, 'idle', now, { activity, ended: 'done' }), expectsWork: false };
  // A bell a moment before, or an answer in the terminal, was no other end of it.
  return state.status === 'idle' ? { ...over, unseen: state.unseen } : over;
}

/** A bar that stands still, ConEmu's OSC 9;4;4: some agents show it while they ask. */
function isPaused({ source, state }: Level): boolean {
  return source === 'progress' && state === '4';
}

function asBefore({ question }: StatusState) {
  return { question };
}
