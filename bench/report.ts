// The figures as a table, each with its baseline and its target beside it.
import { pairedDifference, pairedRatio } from './measure.ts';

export interface Figure {
  what: string;
  tempest: string;
  /** What it is compared with; empty where there is nothing to compare. */
  baseline: string;
  /** The quotient or difference of the two. */
  compared: string;
  /** Empty where the figure only informs. */
  target: string;
}

const columns: [key: keyof Figure, title: string][] = [
  ['what', ''],
  ['tempest', 'Tempest'],
  ['baseline', 'baseline'],
  ['compared', 'compared'],
  ['target', 'target'],
];

/** Lines of equal columns, with a headline. */
export function table(figures: readonly Figure[]): string {
  const rows = [columns.map(([, title]) => title)];
  for (const figure of figures) rows.push(columns.map(([key]) => figure[key]));
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

interface Compared {
  what: string;
  unit: string;
  ours: readonly number[];
  theirs: readonly number[];
  against: string;
  target?: string;
}

/** A figure compared by the median of the rounds' quotients. */
export function byRatio(o: Compared): Figure {
  return figure(o, `${pairedRatio(o.ours, o.theirs).toFixed(2)} ×`);
}

/** A figure compared by the median of the rounds' differences. */
export function byDifference(o: Compared): Figure {
  const difference = pairedDifference(o.ours, o.theirs);
  return figure(o, `${difference < 0 ? '−' : '+'}${number(Math.abs(difference))} ${o.unit}`);
}

/** A figure with nothing beside it. */
export function alone(what: string, tempest: string, target = ''): Figure {
  return { what, tempest, baseline: '', compared: '', target };
}

function figure({ what, unit, ours, theirs, against, target = '' }: Compared, compared: string) {
  const baseline = `${spread(theirs)} ${unit} (${against})`;
  return { what, tempest: `${spread(ours)} ${unit}`, baseline, compared, target };
}

/** The median, and in brackets the range of the middle half. */
function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return `${number(at(0.5))} [${number(at(0.25))}–${number(at(0.75))}]`;
}

export function number(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
