// Values of every kind that a client may send, from a seeded generator.

export type Random = () => number;

/** mulberry32: small, and the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: Random, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)] as T;

const junk: ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  (random) => random() * 1e300,
  (random) => -Math.floor(random() * 1e9),
  () => '',
  (random) => 'é🌩\u0000\u001b[2J'.repeat(Math.floor(random() * 50)),
  () => '../../etc/passwd',
  () => [],
  () => ({}),
  () => [[[[[[]]]]]],
  () => ({ ['__proto__']: { polluted: true }, constructor: { prototype: { polluted: true } } }),
  (random) => Array.from({ length: Math.floor(random() * 100) }, () => random()),
];
export const anything = (random: Random): unknown => pick(random, junk)(random);
