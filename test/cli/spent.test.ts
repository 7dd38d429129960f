// What sessions took, in `tempest list`: tokens and cost, the turn's beside those of all turns.
import { expect, it } from 'vitest';
import { colorsFor } from '../../src/cli/colors.ts';
import { plainLine, sessionTable } from '../../src/cli/list/table.ts';
import { toSession } from '../../src/core/session/record.ts';
import { aRecord } from '../support/record.ts';

const spent = (output: number, cost: number | null) => ({ input: 10, output, cached: 5, cost });
const session = (usage: { turn: object; total: object } | null) =>
  toSession(aRecord({ usage } as never), 1);
const dear = session({ turn: spent(930, 0.02), total: spent(34_000, 1.5) });
const unpriced = session({ turn: spent(0, null), total: spent(1_200_000, null) });
const silent = session(null);

const table = (columns: number, ...sessions: (typeof dear)[]) => {
  const colors = colorsFor(process.stdout, { NO_COLOR: '1' });
  return sessionTable(sessions, { colors, columns, repos: false, now: 1 });
};

it("the table shows the turn's beside the total", () => {
  const [head, ...lines] = table(160, dear, unpriced, silent);
  expect(head).toMatch(/ TURN +TOKENS +PROMPT$/);
  expect(lines[0]).toMatch(/ 940 \$0\.02 {2}34k \$1\.50 {2}fix the login$/);
  expect(lines[1]).toMatch(/ 10 +1\.2M +fix the login$/);
  expect(lines[2]).toMatch(/ tempest\/fix-login +fix the login$/);
  expect(table(160, silent)[0]).not.toMatch(/TURN|TOKENS/);
});

it("the turn's gives way first, and then the total", () => {
  const headsAt = (columns: number) => table(columns, dear)[0];
  const narrower = Array.from({ length: 100 }, (_, index) => 120 - index);
  const without = (head: string) => narrower.find((columns) => !headsAt(columns)?.includes(head));
  expect(headsAt(120)).toMatch(/ TURN +TOKENS +PROMPT$/);
  expect(without('TURN')).toBeGreaterThan(without('TOKENS') ?? 0);
  expect(without('TOKENS')).toBeGreaterThan(without('BRANCH') ?? 0);
});

it('a line for programs ends with tokens and dollars of the turn and of all, and what is not finished', () => {
  const merging = { ...silent, unfinished: 'merge' as const };
  const ends = [dear, unpriced, silent, merging].map((one) => plainLine(one).split('\t').slice(12));
  expect(ends).toEqual([
    ['940', '0.02', '34010', '1.5', ''],
    ['10', '', '1200010', '', ''],
    ['', '', '', '', ''],
    ['', '', '', '', 'merge'],
  ]);
});

it('the table says on a narrow terminal, too, what is not finished', () => {
  const merging = { ...silent, unfinished: 'merge' as const };
  expect(table(60, merging)[1]).toMatch(/ merge +fix the login$/);
});
