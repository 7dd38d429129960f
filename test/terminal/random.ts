// Random choices that are the same every time: a seed gives its own sequence (xorshift32).

export interface Random {
  /** A whole number from 0, less than `limit`. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Buffer;
}

export function randomFrom(seed: number): Random {
  let state = seed * 2654435761 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number) => (limit > 0 ? next() % limit : 0);
  return {
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
