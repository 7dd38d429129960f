// The last few answers, kept for a short while: a client that asks page by page is not answered anew for each.

export interface Lately<T> {
  get(key: string): T | undefined;
  /** Forgets what was put in first where there would be too many. */
  put(key: string, value: T): void;
}

/** How long an answer is kept since it was last of use, in ms. */
const keptFor = 60_000;

/** Keeps at most `most` answers. What they hold stays in memory meanwhile: the caller bounds each. */
export function createLately<T>(most: number): Lately<T> {
  const kept = new Map<string, T>();
  let timer: NodeJS.Timeout | undefined;
  const put = (key: string, value: T) => {
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of kept.keys()) if (kept.size > most) kept.delete(oldest);
    clearTimeout(timer);
    timer = setTimeout(() => kept.clear(), keptFor).unref();
  };
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) put(key, value);
      return value;
    },
    put,
  };
}
