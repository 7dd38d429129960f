// What an agent says of itself, when its words come later than the signals of its terminal.
import { expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { restMs } from '../../../src/core/session/overdue.ts';
import { type Evidence, nextStatus, type StatusState } from '../../../src/core/session/status.ts';
import { fresh, progress } from './evidence.ts';

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
