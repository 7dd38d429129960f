// What an agent says of itself, when its words come later than the signals of its terminal.
import { expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { readSymbolTitle } from '../../../src/core/agents/titles.ts';
import { dueAt, restMs } from '../../../src/core/session/overdue.ts';
import {
  type Evidence,
  nextStatus,
  type StatusState,
  statusOf,
} from '../../../src/core/session/status.ts';
import { fresh, notify, progress, title } from './evidence.ts';

const due: Evidence = { kind: 'due', generation: 1 };
const spoke = (event: AgentEvent): Evidence => ({ kind: 'event', generation: 1, event });

/** A turn whose end the terminal has told, and the agent, on a busy machine, for long not. */
function overdue(): StatusState {
  const evidence: [at: number, evidence: Evidence][] = [
    [10, { kind: 'started', generation: 1, prompted: true }],
    [20, spoke({ kind: 'turn-started', at: 20 })],
    [30, spoke({ kind: 'tool-started', at: 30, id: 't', tool: 'Edit', text: 'a.txt' })],
    [35, progress(3, 35)],
    [40, progress(0, 40)],
    [40 + restMs, due],
  ];
  return evidence.reduce((state, [at, one]) => nextStatus(state, one, at, { readEvent }), fresh);
}
const readEvent = () => [];
const late = 50 + restMs;

it('hazard 15: a turn is over when its terminal has said so for a while, whatever is missing', () => {
  expect(overdue()).toMatchObject({ status: 'idle', unseen: true, activity: 'Edit a.txt' });
});

it('last words that come late are shown all the same', () => {
  const end = spoke({ kind: 'turn-ended', at: late, message: 'All done.' });
  const state = nextStatus(overdue(), end, late);
  expect(state).toMatchObject({ status: 'idle', unseen: true, activity: 'All done.' });
  // What is told a second time changes nothing.
  expect(nextStatus(state, end, late)).toBe(state);
});

it('words of the record that come after the end of their turn are shown, and change nothing else', () => {
  const turn = (end: Partial<AgentEvent>) => [
    { kind: 'started', generation: 1, prompted: true } as const,
    spoke({ kind: 'turn-started', at: 20 }),
    spoke({ kind: 'turn-ended', at: 40, ...end } as AgentEvent),
    spoke({ kind: 'said', at: 35, message: 'All done.' }),
  ];
  const after = (evidence: Evidence[]) =>
    evidence.reduce((state, one) => nextStatus(state, one, 50, { readEvent }), fresh);
  const done = after(turn({}));
  expect(done).toMatchObject({ status: 'idle', unseen: true, activity: 'All done.' });
  // A turn that came to nothing says so, whatever was said before.
  const problem = { kind: 'api-error', text: 'out of order' } as const;
  expect(after(turn({ problem }))).toMatchObject({ activity: 'out of order', problem });
  expect(after(turn({ interrupted: true }))).toMatchObject({ activity: '', unseen: false });
  // Nor are they the words of the next turn.
  const next = after([...turn({}).slice(0, 3), spoke({ kind: 'turn-started', at: 45 })]);
  const word = spoke({ kind: 'said', at: 35, message: 'All done.' });
  expect(nextStatus(next, word, 60, { readEvent })).toMatchObject({
    status: 'working',
    activity: '',
  });
});

it('hazard 14: who interrupted it has seen it, also when it says so late', () => {
  const end = spoke({ kind: 'turn-ended', at: late, interrupted: true });
  const state = nextStatus(overdue(), end, late);
  expect(state).toMatchObject({
    status: 'idle',
    unseen: false,
    activity: '',
    ended: 'interrupted',
  });
});

it('hazard 14: an agent that says it rests has ended its turn, if it says nothing more', () => {
  const evidence: [at: number, evidence: Evidence][] = [
    [10, { kind: 'started', generation: 1, prompted: true }],
    // Before its first turn, it rests as well.
    [15, spoke({ kind: 'rests', at: 15 })],
    [20, spoke({ kind: 'turn-started', at: 20 })],
    [40, spoke({ kind: 'rests', at: 40 })],
    [40 + restMs, due],
  ];
  const after = (count: number) =>
    evidence
      .slice(0, count)
      .reduce((state, [at, one]) => nextStatus(state, one, at, { readEvent }), fresh);
  expect(after(2).status).toBe('working');
  expect(after(4).status).toBe('working');
  expect(after(5)).toMatchObject({ status: 'idle', ended: 'silent' });
  // Its other words were only slower.
  const end = spoke({ kind: 'turn-ended', at: 39, message: 'All done.' });
  expect(nextStatus(after(4), end, 50)).toMatchObject({ status: 'idle', activity: 'All done.' });
  // Turned down by the person, who looks.
  const question = { id: 'q', tool: 'Run', text: 'npm test' };
  const asked = nextStatus(after(3), spoke({ kind: 'asked', at: 30, question }), 30, { readEvent });
  const denied = nextStatus(asked, spoke({ kind: 'rests', at: 40 }), 40, { readEvent });
  expect(denied).toMatchObject({ status: 'idle', question: null, unseen: false });
});

it('hazard 17: a question that the terminal tells before the agent says anything is one question', () => {
  const question = { id: 'q', tool: 'Run', text: 'npm test' };
  const evidence: [at: number, evidence: Evidence][] = [
    [10, { kind: 'started', generation: 1, prompted: true }],
    [100, notify('Run "npm test"? (y/n)', 90)],
    // Read late, for the disk was busy.
    [110, spoke({ kind: 'turn-started', at: 20 })],
    [120, spoke({ kind: 'tool-started', at: 30, id: 't', tool: 'Edit', text: 'a.txt' })],
    [130, spoke({ kind: 'tool-ended', at: 40, id: 't' })],
    [140, spoke({ kind: 'asked', at: 85, question })],
  ];
  const states: StatusState[] = [];
  for (const [at, one] of evidence) {
    states.push(nextStatus(states.at(-1) ?? fresh, one, at, { readEvent }));
  }
  const told = states.map(({ status, statusAt }) => `${status} ${statusAt}`);
  expect(new Set(told)).toEqual(new Set(['working 10', 'waiting 100']));
  expect(states.at(-1)).toMatchObject({ status: 'waiting', question, activity: 'Run npm test' });
  // The next turn is another matter.
  const next = nextStatus(states.at(-1) ?? fresh, spoke({ kind: 'turn-started', at: 200 }), 210);
  expect(next.status).toBe('working');
});

it('hazard 17: a question stands, with its words, though what was shown before it comes after it', () => {
  const question = { id: 'q', tool: 'Run', text: 'npm test' };
  const evidence: [at: number, evidence: Evidence][] = [
    [10, { kind: 'started', generation: 1, prompted: true }],
    [20, progress(0, 15)],
    [30, spoke({ kind: 'turn-started', at: 20 })],
    [40, spoke({ kind: 'asked', at: 40, question })],
    // The bar of the turn, which was drawn first; then that of the question, and its notice.
    [60, progress(3, 60)],
    [61, progress(4, 61)],
    [62, notify('Run "npm test"? (y/n)', 62)],
  ];
  const judge = (state: StatusState, at: number, one: Evidence) =>
    nextStatus(state, one, at, { readEvent });
  const asked = evidence.reduce((state, [at, one]) => judge(state, at, one), fresh);
  expect(asked).toMatchObject({ status: 'waiting', question });
  // Answered in the terminal, of which the agent says nothing.
  expect(judge(asked, 900, progress(3, 900))).toMatchObject({ status: 'working', question: null });
});

it('hazard 15: what the host remembers does not undo what it has told since', () => {
  const heard = { speaks: true, since: 10, ended: null };
  const atWork = statusOf({ ...fresh, status: 'working', generation: 1, statusAt: 10 }, heard);
  const evidence: Evidence[] = [
    progress(0, 90),
    spoke({ kind: 'turn-ended', at: 85, message: 'All done.' }),
    // Asked for when the turn still went on, and come to after the agent was heard.
    { ...progress(3, 50), missed: true } as Evidence,
  ];
  const state = evidence.reduce(
    (before, one) => nextStatus(before, one, 100, { readEvent }),
    atWork,
  );
  expect(state).toMatchObject({ status: 'idle', activity: 'All done.' });
});

/** What a session has come to, with time passing as it is due. */
function after(...evidence: [at: number, evidence: Evidence][]): StatusState {
  const agent = { readEvent, readTitle: readSymbolTitle };
  let state = fresh;
  for (const [at, one] of [...evidence, [100_000, { kind: 'looked' }] as [number, Evidence]]) {
    for (;;) {
      const time = dueAt(state, agent);
      if (time === null || time >= at) break;
      state = nextStatus(state, due, time, agent);
    }
    state = nextStatus(state, one, at, agent);
  }
  return state;
}
const atWork: [number, Evidence][] = [
  [10, { kind: 'started', generation: 1, prompted: true }],
  [20, spoke({ kind: 'turn-started', at: 20 })],
  [30, title('◐ Fix it')],
];
const over: [number, Evidence] = [5_000, spoke({ kind: 'turn-ended', at: 5_000 })];
const refused = (before: 'idle' | 'working'): [number, Evidence] => [
  12_000,
  { kind: 'not-taken', generation: 1, before },
];
const sent = (at: number): [number, Evidence] => [at, { kind: 'submitted', generation: 1 }];

it('hazard 14: a title that stands still is no turn after the agent has said that it is over', () => {
  expect(after(...atWork, over).status).toBe('idle');
  // One that turns on is: a hook of the person's has made it go on.
  expect(after(...atWork, over, [5_900, title('◓ Fix it')]).status).toBe('working');
  expect(after(...atWork, over, [5_100, title('◓ Fix it')]).status).toBe('idle');
});

it('hazard 14: a prompt that is not taken hides no end of the turn before', () => {
  const rests: [number, Evidence] = [5_000, title('✳ Fix it')];
  expect(after(...atWork, rests, sent(5_500), refused('working')).status).toBe('idle');
  const word = over[1];
  expect(after(...atWork, sent(5_100), [5_200, word], refused('working')).status).toBe('idle');
  expect(after(...atWork, over, sent(6_000), refused('idle')).status).toBe('idle');
});

it('hazard 12: a question that was asked before such a prompt still stands', () => {
  const question = { id: 't', tool: 'Bash', text: 'rm -rf build' };
  const asks = spoke({ kind: 'asked', at: 5_000, question });
  const state = after(...atWork, sent(5_100), [5_200, asks], refused('working'));
  expect(state).toMatchObject({ status: 'waiting', question });
});

it('hazard 17: a question that is told after its answer stands no more', () => {
  const question = { id: 't', tool: 'Bash', text: 'ls' };
  const asks = spoke({ kind: 'asked', at: 5_000, question });
  const ends = spoke({ kind: 'tool-ended', at: 5_050, id: 't' });
  expect(after(...atWork, [5_060, ends], [5_300, asks]).status).toBe('working');
});
