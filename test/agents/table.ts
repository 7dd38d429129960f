// A reporter that prints, at the end, what each agent was expected to be in each scenario, what it was
// seen to be, and how long after the cause the client knew.
import type { Reporter, TestModule } from 'vitest/node';

type Cell = NonNullable<import('vitest').TaskMeta['cell']>;

export default class Table implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines: string[][] = [['agent', 'scenario', 'expected', 'seen', 'after ms']];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { cell } = test.meta();
        if (cell) lines.push(lineOf(cell, test.result().state === 'passed'));
      }
    }
    if (lines.length === 1) return;
    const widths = [0, 1, 2, 3, 4].map((column) =>
      Math.max(...lines.map((line) => line[column]?.length ?? 0)),
    );
    const table = lines.map((line) =>
      line
        .map((word, column) => word.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    console.log(`\n${table.join('\n')}\n`);
  }
}

function lineOf({ agent, scenario, expected, seen, delays, note }: Cell, passed: boolean) {
  if (note) return [agent, scenario, '–', `left out: ${note}`, ''];
  const same = seen.join() === expected.join();
  const result = passed ? 'the same' : same ? `${seen.join(' ')}, but failed` : seen.join(' ');
  return [agent, scenario, expected.join(' '), result, delays.join(' ')];
}
