// Measures contenders in turns, A B A B…, so that whatever else the machine does meets them all.

/** One run; gives what it measured: ms, or whatever unit its bench says. */
export type Run = () => Promise<number>;

/**
 * Runs every contender once for warming up, then `rounds` times, each round in the same order but
 * beginning with the next one. Gives the values of each, in the order of the rounds.
 */
export async function inTurns<Name extends string>(
  rounds: number,
  contenders: Record<Name, Run>,
  { warmUp = 1 } = {},
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let round = -warmUp; round < rounds; round += 1) {
    const first = Math.abs(round) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const value = await contenders[name]();
      if (round >= 0) values[name].push(value);
    }
  }
  return values;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? high) + high) / 2 : high;
}

/** The median of each round's own quotient: what slows a whole round down drops out. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

/** The median of each round's own difference. */
export function pairedDifference(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value - (theirs[round] ?? Number.NaN)));
}
