// What requests took, added up once each, also over a daemon that was killed between counting and forgetting.
import { expect, it } from 'vitest';
import { createSaid, type Said } from '../../../src/core/session/said.ts';
import { createTable, type Table } from '../../../src/core/session/table.ts';
import { createUsage } from '../../../src/core/session/usage.ts';
import type { Store } from '../../../src/core/store.ts';
import { manualClock } from '../../support/clock.ts';
import { aRecord } from '../../support/record.ts';

const id = 'abcdefgh';

/** A daemon with one session, which begins with what the one before has written. */
function daemon(record = aRecord({ id })) {
  const kept = { record };
  const store = {
    records: [record],
    write: async (written: typeof record) => {
      kept.record = structuredClone(written);
    },
  } as unknown as Store;
  const table: Table = createTable(store, () => {}, expect.fail);
  const said: Said = createSaid();
  createUsage({ said, table, clock: manualClock() });
  const spends = (request: string, at: number) => {
    const usage = { input: 1, output: 10, cached: 0, cost: null };
    const event = { kind: 'usage' as const, id: request, at, usage };
    return said.tell({ id, generation: 1, event, source: 'spool' });
  };
  return { kept, spends, output: () => table.get(id).usage?.total.output };
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
