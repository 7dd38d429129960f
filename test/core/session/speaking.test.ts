// What an agent says of itself, when its words come later than the signals of its terminal.
import { expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { restMs } from '../../../src/core/session/overdue.ts';
import {
  type Evidence,
  nextStatus,
  type StatusState,
  statusOf,
} from '../../../src/core/session/status.ts';
import { fresh, notify, progress } from './evidence.ts';

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
