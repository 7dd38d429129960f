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
  /** Null where there is no target. */
  met: boolean | null;
}

/** What a compared figure is held to, in the unit of the comparison. */
export type Target = { atMost: number } | { atLeast: number };

type Column = Exclude<keyof Figure, 'met'>;

const columns: [key: Column, title: string][] = [
  ['what', ''],
  ['tempest', 'Tempest'],
  ['baseline', 'baseline'],
  ['compared', 'compared'],
  ['target', 'target'],
];

/** Lines of equal columns, with a headline. */
export function table(figures: readonly Figure[]): string {
  const rows = [columns.map(([, title]) => title)];
  for (const figure of figures) rows.push(columns.map(([key]) => cell(figure, key)));
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

function cell(figure: Figure, key: Column): string {
  if (key !== 'target' || figure.met === null) return figure[key];
  return `${figure.target}: ${figure.met ? 'met' : 'MISSED'}`;
}

interface Compared {
  what: string;
  unit: string;
  ours: readonly number[];
  theirs: readonly number[];
  against: string;
  target?: Target | undefined;
}

/** A figure compared by the median of the rounds' quotients. */
export function byRatio(o: Compared): Figure {
  const ratio = pairedRatio(o.ours, o.theirs);
  return figure(o, ratio, `${ratio.toFixed(2)} ×`, ' ×');
}

/** A figure compared by the median of the rounds' differences. */
export function byDifference(o: Compared): Figure {
  const difference = pairedDifference(o.ours, o.theirs);
  const told = `${difference < 0 ? '−' : '+'}${number(Math.abs(difference))} ${o.unit}`;
  return figure(o, difference, told, ` ${o.unit} more`);
}

/** A figure with nothing beside it. */
export function alone(
  what: string,
  tempest: string,
  held?: { value: number; unit: string; target: Target },
): Figure {
  const met = held ? isMet(held.value, held.target) : null;
  const target = held ? worded(held.target, ` ${held.unit}`) : '';
  return { what, tempest, baseline: '', compared: '', target, met };
}

/** How many targets were met, and how many there were. */
export function count(figures: readonly Figure[]): { met: number; all: number } {
  const held = figures.filter(({ met }) => met !== null);
  return { met: held.filter(({ met }) => met).length, all: held.length };
}

function figure(o: Compared, value: number, compared: string, unit: string): Figure {
  const { what, ours, theirs, against, target } = o;
  return {
    what,
    tempest: `${spread(ours)} ${o.unit}`,
    baseline: `${spread(theirs)} ${o.unit} (${against})`,
    compared,
    target: target ? worded(target, unit) : '',
    met: target ? isMet(value, target) : null,
  };
}

function isMet(value: number, target: Target): boolean {
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

function worded(target: Target, unit: string): string {
  return 'atMost' in target ? `≤ ${target.atMost}${unit}` : `≥ ${target.atLeast}${unit}`;
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
