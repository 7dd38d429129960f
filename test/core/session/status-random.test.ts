// What holds for every sequence of evidence, however odd: thousands of them from a seeded generator.
import { describe, expect, it } from 'vitest';
import { claudeAgent } from '../../../src/core/agents/claude.ts';
import { codexAgent } from '../../../src/core/agents/codex.ts';
import {
  type Evidence,
  nextStatus,
  type StatusState,
  statusOf,
} from '../../../src/core/session/status.ts';
import { bell, exited, fresh, mark, notify, output, progress, title } from './evidence.ts';

const agents = [{}, claudeAgent(), codexAgent()];
const titles = ['✳ Fix it', '◐ Fix it', '⠋ Fix it', '[ ! ] Action Required | Fix it', 'Fix it', ''];
const notes = ['Done', 'Claude needs your permission', 'Approval requested: rm', 'Sure? (y/n)'];

type Random = (below: number) => number;

/** Mulberry32: small, fast, the same everywhere. */
function random(seed: number): Random {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function anyEvidence(r: Random, now: number, newest: number): Evidence {
  const generation = Math.max(0, newest - r(2));
  const at = now - r(50);
  const kinds: (() => Evidence)[] = [
    () => ({ kind: 'started', generation: newest + r(2), prompted: r(2) === 0 }),
    () => exited(generation, r(3), r(4) === 0 ? 'SIGTERM' : null),
    () => ({ kind: 'submitted', generation, text: r(4) === 0 ? '/clear' : 'go on' }),
    () => ({ kind: 'looked' }),
    () => title(titles[r(titles.length)] ?? '', generation),
    () => progress(r(5), at, r(101), generation),
    () => notify(notes[r(notes.length)] ?? '', at, generation),
    () => mark('ABCD'.charAt(r(4)), at, generation),
    () => bell(at, generation),
    () => output(at, generation),
  ];
  return (kinds[r(kinds.length)] as () => Evidence)();
}

/** Walks through `length` pieces of evidence and calls `check` after each. */
function walk(
  seed: number,
  length: number,
  check: (before: StatusState, evidence: Evidence, after: StatusState) => void,
) {
  const r = random(seed);
  const agent = agents[r(agents.length)] ?? {};
  let state = fresh;
  for (let step = 1; step <= length; step++) {
    const now = step * 20;
    const evidence = anyEvidence(r, now, state.generation);
    const after = nextStatus(state, evidence, now, agent);
    check(state, evidence, after);
    state = after;
  }
}

const seeds = Array.from({ length: 400 }, (_, index) => index + 1);
const generationOf = (evidence: Evidence) =>
  evidence.kind === 'looked' ? null : evidence.generation;

describe('for every sequence', () => {
  it('hazard 14: only a new start follows an exit', () => {
    for (const seed of seeds) {
      walk(seed, 60, (before, evidence, after) => {
        if (before.status !== 'exited' || evidence.kind === 'started') return;
        expect(after.status).toBe('exited');
      });
    }
  });

  it('hazard 18: an older generation never matters', () => {
    for (const seed of seeds) {
      walk(seed, 60, (before, evidence, after) => {
        const generation = generationOf(evidence);
        if (generation !== null && generation < before.generation) expect(after).toBe(before);
      });
    }
  });

  it('an exit of this generation is known at once, in every state', () => {
    for (const seed of seeds) {
      walk(seed, 60, (before, evidence, after) => {
        if (evidence.kind !== 'exited' || evidence.generation !== before.generation) return;
        if (before.generation > 0) expect(after.status).toBe('exited');
      });
    }
  });

  it('hazard 15: output alone never ends a turn', () => {
    for (const seed of seeds) {
      walk(seed, 60, (before, evidence, after) => {
        if (evidence.kind !== 'signal' || evidence.changed !== 'outputAt') return;
        if (before.status !== 'starting') expect(after).toBe(before);
      });
    }
  });

  it('unseen begins only with a change that wants the person, and ends with a look or work', () => {
    for (const seed of seeds) {
      walk(seed, 60, (before, evidence, after) => {
        if (evidence.kind === 'looked') expect(after.unseen).toBe(false);
        if (after.unseen) expect(['idle', 'waiting', 'exited']).toContain(after.status);
        if (after.status !== before.status) expect(after.statusAt).toBeGreaterThan(before.statusAt);
        else if (evidence.kind !== 'started') expect(after.statusAt).toBe(before.statusAt);
      });
    }
  });

  it('remembers no more after a long life than after a short one', () => {
    walk(7, 20_000, (_before, _evidence, after) => {
      expect(JSON.stringify(after).length).toBeLessThan(1000);
    });
  });

  it('a closed or failed session stays so until it is started again', () => {
    for (const status of ['closed', 'failed'] as const) {
      const state = statusOf({ ...fresh, status, generation: 1 });
      const r = random(5);
      for (let step = 0; step < 2000; step++) {
        const evidence = anyEvidence(r, step, 1);
        if (evidence.kind === 'started') continue;
        expect(nextStatus(state, evidence, step, claudeAgent()).status).toBe(status);
      }
    }
  });
});
