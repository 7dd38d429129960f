// The status against the truth: a model of an agent, whose events and titles reach the daemon late, twice,
// out of order, mixed with those of an older start, or not at all. docs/agents.md states the bounds.
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { readSymbolTitle } from '../../../src/core/agents/titles.ts';
import { dueAt, restMs } from '../../../src/core/session/overdue.ts';
import { type Evidence, nextStatus, type StatusState } from '../../../src/core/session/status.ts';
import { random } from '../../support/random.ts';
import { fresh, title } from './evidence.ts';

const speaker = { readEvent: () => [], readTitle: readSymbolTitle };
/** The latest that anything reaches the daemon, in ms. */
const latest = { event: 500, title: 200 };
/** How long the status may be behind the truth, in ms. */
const bound = restMs + latest.event + latest.title;

interface Truth {
  at: number;
  turn: boolean;
}
interface Arrival {
  at: number;
  evidence: Evidence;
}
type Plain<E> = E extends AgentEvent ? Omit<E, 'at'> : never;

/** Plays a life of some turns; gives what is true when, and what reaches the daemon when. */
function play(seed: number): { truth: Truth[]; arrivals: Arrival[]; end: number } {
  const r = random(seed);
  const truth: Truth[] = [{ at: 0, turn: false }];
  const arrivals: Arrival[] = [];
  let now = 100;
  const arrive = (evidence: Evidence, within: number) => {
    arrivals.push({ at: now + 1 + r(within), evidence });
  };
  const say = (event: Plain<AgentEvent>, sure = false) => {
    const evidence: Evidence = {
      kind: 'event',
      generation: 1,
      event: { ...event, at: now } as AgentEvent,
    };
    // One in eight is lost, one in eight comes twice.
    const luck = r(8);
    if (luck > 0 || sure) arrive(evidence, latest.event);
    if (luck === 1) arrive(evidence, latest.event);
    if (r(10) === 0) arrive({ ...evidence, generation: 0 }, latest.event);
  };
  // Titles are written in order into one stream.
  let lastTitle = 0;
  const show = (text: string) => {
    const at = Math.max(lastTitle + 1, now + 1 + r(latest.title));
    lastTitle = at;
    arrivals.push({ at, evidence: title(text) });
  };
  const pass = (most: number) => {
    now += 1 + r(most);
  };
  const set = (turn: boolean) => truth.push({ at: now, turn });

  arrivals.push({ at: 50, evidence: { kind: 'started', generation: 1, prompted: false } });
  say({ kind: 'ready' });
  show('✳ Fix it');
  pass(4_000);
  for (let turn = 0; turn < 6; turn += 1) {
    set(true);
    say({ kind: 'turn-started' });
    show('◐ Fix it');
    pass(3_000);
    for (let step = r(5); step > 0; step -= 1) {
      const id = `${turn}.${step}`;
      say({ kind: 'tool-started', id, tool: 'Bash', text: 'ls' });
      pass(2_000);
      if (r(4) === 0) {
        say({ kind: 'asked', question: { id, tool: 'Bash', text: 'ls' } }, true);
        show('✳ Fix it');
        pass(8_000);
        show('◐ Fix it');
        pass(1_000);
      }
      say({ kind: 'tool-ended', id });
      pass(2_000);
    }
    set(false);
    // A third of the turns end without a word: by Escape, or because the word is lost.
    if (r(3) > 0) say({ kind: 'turn-ended', message: 'Done' });
    show('✳ Fix it');
    // The next prompt comes after the title.
    now += latest.title;
    pass(9_000);
  }
  return { truth, arrivals: arrivals.sort((a, b) => a.at - b.at), end: now + 20_000 };
}

/** Feeds the evidence as it arrives, and the time when it is due; tells every state with its beginning. */
function judge(arrivals: Arrival[], end: number): { at: number; state: StatusState }[] {
  const states = [{ at: 0, state: fresh }];
  const feed = (at: number, evidence: Evidence) => {
    const state = nextStatus(states.at(-1)?.state ?? fresh, evidence, at, speaker);
    states.push({ at, state });
  };
  const passTo = (at: number) => {
    for (;;) {
      const due = dueAt(states.at(-1)?.state ?? fresh, speaker);
      if (due === null || due >= at) return;
      feed(due, { kind: 'due', generation: 1 });
    }
  };
  for (const { at, evidence } of arrivals) {
    passTo(at);
    feed(at, evidence);
  }
  passTo(end);
  return states;
}

/** The longest that the status said `wrong` while the truth was `turn`, in ms. */
function longestWrong(seed: number, wrong: 'working' | 'idle', turn: boolean): number {
  const { truth, arrivals, end } = play(seed);
  const changes = [
    ...truth.map(({ at, turn }) => ({ at, turn, status: undefined })),
    ...judge(arrivals, end).map(({ at, state }) => ({ at, turn: undefined, status: state.status })),
  ].sort((a, b) => a.at - b.at);
  let now: { turn: boolean; status: string } = { turn: false, status: 'creating' };
  let longest = 0;
  let since: number | null = null;
  for (const { at, ...change } of changes) {
    if (since !== null) longest = Math.max(longest, at - since);
    now = { turn: change.turn ?? now.turn, status: change.status ?? now.status };
    if (now.status !== wrong || now.turn !== turn) since = null;
    else since ??= at;
  }
  return since === null ? longest : Math.max(longest, end - since);
}

describe('for every way in which evidence can be late, lost, doubled or out of order', () => {
  const blocks = [1, 2, 3, 4, 5].map((block) => block * 1000);

  it.each(blocks)(
    'hazard 14: nothing is working without a turn for long (from seed %i)',
    (first) => {
      for (let seed = first; seed < first + 200; seed += 1) {
        expect(longestWrong(seed, 'working', false), `seed ${seed}`).toBeLessThanOrEqual(bound);
      }
    },
  );

  it.each(blocks)('hazard 15: nothing is idle during a turn for long (from seed %i)', (first) => {
    for (let seed = first; seed < first + 200; seed += 1) {
      expect(longestWrong(seed, 'idle', true), `seed ${seed}`).toBeLessThanOrEqual(bound);
    }
  });
});
