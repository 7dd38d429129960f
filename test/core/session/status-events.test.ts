// The status against the truth, where an agent has no title that tells: a model of one whose events are never
// lost, but late, twice, out of order, mixed with those of an older start, and with bells and notices, over
// restarts of the agent and of the daemon. docs/agents.md states the bounds.
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { dueAt } from '../../../src/core/session/overdue.ts';
import {
  type Evidence,
  nextStatus,
  type StatusState,
  statusOf,
} from '../../../src/core/session/status.ts';
import { random } from '../../support/random.ts';
import { bell, exited, fresh, notify, output } from './evidence.ts';

const speaker = { readEvent: () => [] };
/** The latest that an event reaches the daemon, in ms: it lies in a file until then. */
const latest = 500;

interface Truth {
  at: number;
  is: 'working' | 'waiting' | 'idle' | 'exited';
}
type Arrival = { at: number; evidence: Evidence } | { at: number; evidence: 'restart' };
type Plain<E> = E extends AgentEvent ? Omit<E, 'at'> : never;

/** Plays a life of two starts; gives what is true when, and what reaches the daemon when. */
function play(seed: number) {
  const r = random(seed);
  const truth: Truth[] = [];
  const arrivals: Arrival[] = [];
  let now = 0;
  let generation = 0;
  const pass = (most: number) => {
    // Longer than the clock of the files is coarse.
    now += 20 + r(most);
  };
  const set = (is: Truth['is']) => truth.push({ at: now, is });
  const say = (event: Plain<AgentEvent>) => {
    const evidence: Evidence = {
      kind: 'event',
      generation,
      event: { ...event, at: now } as AgentEvent,
    };
    arrivals.push({ at: now + 1 + r(latest), evidence });
    if (r(5) === 0) arrivals.push({ at: now + 1 + r(latest), evidence });
    if (r(8) === 0)
      arrivals.push({
        at: now + 1 + r(latest),
        evidence: { ...evidence, generation: generation - 1 },
      });
  };
  const tell = (evidence: Evidence) => arrivals.push({ at: now + 1 + r(50), evidence });
  const rumour = () => {
    if (r(6) === 0) tell(bell(now, generation));
    if (r(6) === 0) tell(notify('All done.', now, generation));
    if (r(6) === 0) tell(output(now, generation));
    if (r(10) === 0) arrivals.push({ at: now, evidence: 'restart' });
  };
  const ask = (id: string) => {
    say({ kind: 'asked', question: { id, tool: 'Bash', text: 'ls' } });
    set('waiting');
    pass(6_000);
    rumour();
    pass(2_000);
    set('working');
    if (r(2) === 0) say({ kind: 'answered', id });
    say({ kind: 'tool-ended', id });
    pass(1_500);
  };
  const turn = (number: number) => {
    pass(2_000);
    for (let step = r(4); step > 0; step -= 1) {
      const id = `${generation}.${number}.${step}`;
      const subAgent = r(4) === 0 ? `sub${id}` : undefined;
      if (subAgent) say({ kind: 'sub-agent-started', id: subAgent });
      say({ kind: 'tool-started', id, tool: 'Bash', text: 'ls', ...(subAgent && { subAgent }) });
      pass(1_500);
      rumour();
      if (!subAgent && r(3) === 0) ask(id);
      else say({ kind: 'tool-ended', id, ...(subAgent && { subAgent }) });
      if (subAgent && r(3) > 0) say({ kind: 'sub-agent-ended', id: subAgent });
      if (r(6) === 0) say({ kind: 'retrying', problem: { kind: 'api-error', text: 'busy' } });
      pass(1_500);
    }
    set('idle');
    const problem = { kind: 'rate-limit', text: 'limit' } as const;
    const ends = [{ message: 'Done.' }, { interrupted: true }, { problem }];
    say({ kind: 'turn-ended', ...ends[r(3)] });
    pass(5_000);
    rumour();
    pass(5_000);
  };
  for (const prompted of [r(2) === 0, r(2) === 0]) {
    generation += 1;
    set(prompted ? 'working' : 'idle');
    arrivals.push({ at: now, evidence: { kind: 'started', generation, prompted, at: now } });
    pass(1_000);
    say({ kind: 'ready' });
    if (!prompted) pass(3_000);
    for (let number = 0; number < 4; number += 1) {
      if (number > 0 || !prompted) set('working');
      if (r(3) === 0)
        arrivals.push({ at: now, evidence: { kind: 'submitted', generation, text: 'go' } });
      say({ kind: 'turn-started', prompt: 'go' });
      turn(number);
    }
    if (r(2) === 0) {
      set('working');
      say({ kind: 'turn-started', prompt: 'go' });
      pass(2_000);
    }
    set('exited');
    arrivals.push({ at: now, evidence: exited(generation, 0) });
    pass(2_000);
  }
  return { truth, arrivals: arrivals.sort((a, b) => a.at - b.at), end: now + 30_000 };
}

/** As the daemon remembers it over a restart. */
function restarted(state: StatusState): StatusState {
  const { speaks, since, ended, endedAt } = state;
  return statusOf(state, { speaks, since, ended, endedAt });
}

/** Every status with its beginning. */
function judge(arrivals: Arrival[], end: number): { at: number; status: string }[] {
  let state = fresh;
  const told = [{ at: 0, status: state.status as string }];
  const feed = (at: number, evidence: Evidence | 'restart') => {
    state = evidence === 'restart' ? restarted(state) : nextStatus(state, evidence, at, speaker);
    told.push({ at, status: state.status });
  };
  const passTo = (at: number) => {
    for (;;) {
      const due = dueAt(state, speaker);
      if (due === null || due >= at) return;
      feed(due, { kind: 'due', generation: state.generation });
    }
  };
  for (const { at, evidence } of arrivals) {
    passTo(at);
    feed(at, evidence);
  }
  passTo(end);
  return told;
}

/** The longest that the status was not what was true, in ms, with both. */
function longestWrong(seed: number): { ms: number; is: string; said: string; at: number } {
  const { truth, arrivals, end } = play(seed);
  const changes = [
    ...truth.map(({ at, is }) => ({ at, is, said: undefined })),
    ...judge(arrivals, end).map(({ at, status }) => ({ at, is: undefined, said: status })),
    { at: end, is: undefined, said: undefined },
  ].sort((a, b) => a.at - b.at);
  let now: { is: string; said: string } = { is: 'idle', said: 'creating' };
  let longest = { ms: 0, is: '', said: '', at: 0 };
  let since: number | null = null;
  for (const { at, is, said } of changes) {
    if (since !== null && at - since > longest.ms) longest = { ms: at - since, ...now, at: since };
    const next: { is: string; said: string } = { is: is ?? now.is, said: said ?? now.said };
    const isRight = next.is === next.said || (next.is === 'idle' && next.said === 'starting');
    if (isRight) since = null;
    else if (since === null || next.is !== now.is || next.said !== now.said) since = at;
    now = next;
  }
  return longest;
}

describe('for every way in which events can be late, doubled or out of order', () => {
  it.each([1, 2, 3, 4])(
    'hazards 14, 15, 17: a status is soon the truth (from seed %i000)',
    (block) => {
      for (let seed = block * 1000; seed < block * 1000 + 150; seed += 1) {
        const wrong = longestWrong(seed);
        expect(wrong.ms, `seed ${seed}: ${JSON.stringify(wrong)}`).toBeLessThanOrEqual(latest + 60);
      }
    },
  );
});
