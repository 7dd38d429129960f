// The status against what anybody has told of the truth, however much of it is lost. docs/agents.md states the bounds.
import { describe, expect, it } from 'vitest';
import { dueAt, restMs } from '../../../src/core/session/overdue.ts';
import { type Evidence, nextStatus, type StatusState } from '../../../src/core/session/status.ts';
import { fresh } from './evidence.ts';
import { frameMs, type Life, latest, play, type Told } from './lossy-life.ts';

/** How long the status may be behind what was told, in ms. */
const bound = restMs + latest.event + latest.signal + frameMs;

interface Said {
  at: number;
  status: string;
  /** A prompt is on its way, and it is not known yet whether it was taken. */
  pending: boolean;
}

/** Feeds the evidence as it arrives, and the time when it is due. */
function judge({ agent, known, arrivals, end }: Life): Said[] {
  let state: StatusState = fresh;
  let pending: { until: number; before: StatusState['status'] } | null = null;
  const told: Said[] = [];
  const feed = (at: number, evidence: Evidence) => {
    state = nextStatus(state, evidence, at, agent);
    told.push({ at, status: state.status, pending: pending !== null });
  };
  const passTo = (at: number) => {
    for (;;) {
      const due = Math.max(dueAt(state, agent) ?? Number.POSITIVE_INFINITY, told.at(-1)?.at ?? 0);
      const next = Math.min(due, pending?.until ?? Number.POSITIVE_INFINITY);
      if (next >= at) return;
      if (pending?.until === next) {
        const { before } = pending;
        pending = null;
        feed(next, { kind: 'not-taken', generation: 1, before });
      } else feed(next, { kind: 'due', generation: 1 });
    }
  };
  for (const { at, evidence } of arrivals) {
    passTo(at);
    if (evidence.kind !== 'prompt') {
      feed(at, evidence);
      continue;
    }
    // Nothing is sent into a question, nor while another prompt is on its way.
    if (state.status === 'waiting' || pending) continue;
    if (evidence.isTaken) known.push({ at, is: ['working'] });
    else pending = { until: at + evidence.ms, before: state.status };
    feed(at, { kind: 'submitted', generation: 1, text: 'go' });
  }
  passTo(end);
  return told;
}

/** The longest that the status was not what was told, in ms, with both. */
function longestWrong(seed: number) {
  const life = play(seed);
  const said = judge(life).map(({ at, ...said }) => ({ at, said }));
  const changes = [...life.known, ...said, { at: life.end }].sort((a, b) => a.at - b.at);
  let is: Told = ['idle'];
  let present: Omit<Said, 'at'> = { status: 'creating', pending: false };
  let longest = { ms: 0, is, said: present.status, at: 0 };
  let since: number | null = null;
  for (const change of changes) {
    const { at } = change;
    if (since !== null && at - since > longest.ms) {
      longest = { ms: at - since, is, said: present.status, at: since };
    }
    const before = present.status;
    if ('is' in change) is = change.is;
    if ('said' in change) present = change.said;
    const isRight =
      is.some((one) => one === present.status) ||
      (present.pending && present.status === 'working') ||
      (is.includes('idle') && present.status === 'starting');
    if (isRight) since = null;
    else if (since === null || before !== present.status) since = at;
  }
  return longest;
}

describe('for every way in which events, titles, bars and prompts can be lost', () => {
  it.each([1, 2, 3, 4, 5])(
    'hazards 14, 15, 17: the status is soon what was told (from seed %i000)',
    (block) => {
      for (let seed = block * 1000; seed < block * 1000 + 200; seed += 1) {
        const wrong = longestWrong(seed);
        expect(wrong.ms, `seed ${seed}: ${JSON.stringify(wrong)}`).toBeLessThanOrEqual(bound);
      }
    },
  );
});
