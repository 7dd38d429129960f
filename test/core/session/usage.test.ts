// What requests took, added up once each, also over a daemon that was killed between counting and forgetting.
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { agentsFrom } from '../../../src/core/agents/registry.ts';
import { createStatusKeeper } from '../../../src/core/session/evidence.ts';
import { createSaid, type Said, type Source } from '../../../src/core/session/said.ts';
import { createTable, type Table } from '../../../src/core/session/table.ts';
import { createUsage } from '../../../src/core/session/usage.ts';
import type { Store } from '../../../src/core/store.ts';
import { manualClock } from '../../support/clock.ts';
import { aRecord } from '../../support/record.ts';

const id = 'abcdefgh';

/** A daemon with one session, which begins with what the one before has written. */
function daemon(record = aRecord({ id, status: 'idle', turnAt: 1 })) {
  const kept = { record };
  const store = {
    records: [record],
    write: async (written: typeof record) => {
      kept.record = structuredClone(written);
    },
  } as unknown as Store;
  const clock = manualClock(1_000);
  const table: Table = createTable(store, () => {}, expect.fail);
  const said: Said = createSaid();
  const { ofTurn } = createUsage({ said, table, clock });
  const agents = () => agentsFrom({}, '/programs');
  const status = createStatusKeeper({ table, agents, clock });
  const spends = (request: string, at: number, source: Source = 'spool') => {
    const usage = { input: 1, output: 10, cached: 0, cost: null };
    const event = { kind: 'usage' as const, id: request, at, usage };
    return said.tell({ id, generation: 1, event, source });
  };
  const says = (event: AgentEvent) => status.spoke(id, 1, event);
  const output = () => table.get(id).usage?.total.output;
  const turn = () => table.get(id).usage?.turn.output;
  return { kept, spends, ofTurn, output, turn, clock, status, says };
}

it('counts a request once, though it is told again after a crash', async () => {
  const first = daemon();
  await first.spends('a', 100);
  await first.spends('b', 200);
  await first.spends('c', 200);
  expect(first.output()).toBe(30);
  const next = daemon(first.kept.record);
  for (const [request, at] of [
    ['b', 200],
    ['c', 200],
    ['d', 200],
    ['e', 300],
  ] as const) {
    await next.spends(request, at);
  }
  expect(next.output()).toBe(50);
});

it('tells what a turn took that is long over, until the next one began', async () => {
  const { spends, ofTurn } = daemon();
  expect(ofTurn(id, 1000)).toBeNull();
  await spends('a', 1100);
  await spends('b', 2100);
  await spends('late', 1900);
  await spends('c', 3100);
  const outputs = [ofTurn(id, 1000, 2000), ofTurn(id, 2000, 3000), ofTurn(id, 3000)];
  expect(outputs.map((spent) => spent?.output)).toEqual([20, 10, 10]);
});

it('is of the whole turn, whatever is sent into it, until another one begins', async () => {
  const { spends, turn, output, clock, status, says } = daemon();
  clock.set(2_000);
  status.submitted(id, 'fix it');
  await says({ kind: 'turn-started', at: 2_050 });
  await spends('a', 2_100);
  clock.set(3_000);
  status.submitted(id, 'and test it');
  await says({ kind: 'turn-started', at: 3_050 });
  await spends('b', 3_100);
  expect([turn(), output()]).toEqual([20, 20]);
  clock.set(4_000);
  await says({ kind: 'turn-ended', at: 4_000 });
  await spends('late', 3_900);
  expect(turn()).toBe(30);
  clock.set(5_000);
  status.submitted(id, 'next');
  expect([turn(), output()]).toEqual([0, 30]);
  await spends('c', 5_100);
  await spends('later still', 3_950);
  expect([turn(), output()]).toEqual([10, 50]);
});

describe('a turn that goes on over a restart of the daemon', () => {
  const begun = () => daemon(aRecord({ id, status: 'working', turnAt: 2_000 }));

  it('has what it took before and after', async () => {
    const first = begun();
    await first.spends('a', 2_100);
    await first.spends('b', 2_200);
    const next = daemon(first.kept.record);
    await next.spends('b', 2_200);
    await next.spends('c', 2_300);
    expect([next.turn(), next.output(), next.ofTurn(id, 2_000)?.output]).toEqual([30, 30, 30]);
  });

  it.each([
    ['tells when', (at: number) => at],
    ['does not tell when', () => 0],
  ])('also by a record that %s, and never less in between', async (_, when) => {
    const first = daemon(aRecord({ id, status: 'idle', turnAt: 1_000 }));
    await first.spends('a', 1_100, 'record');
    first.clock.set(2_000);
    first.status.submitted(id, 'next');
    await first.spends('b', 2_100, 'record');
    first.clock.advance(500);
    await first.says({ kind: 'tool-started', id: '1', tool: 'Bash', text: '', at: 2_200 });
    first.status.submitted(id, 'and this');
    const next = daemon(first.kept.record);
    const seen = [];
    for (const [request, at] of [
      ['a', 1_100],
      ['b', 2_100],
      ['while it was away', 2_300],
    ] as const) {
      await next.spends(request, when(at), 'record');
      next.clock.advance(500);
      seen.push([next.turn(), next.output()]);
    }
    await next.spends('c', 9_000, 'record');
    next.clock.advance(500);
    expect(seen.slice(0, 2)).toEqual([
      [10, 20],
      [10, 20],
    ]);
    expect(seen[2]).toEqual([20, 30]);
    expect([next.turn(), next.output()]).toEqual([30, 40]);
  });
});
