// One thing at a time for each session: verbs that start, end or move it never overlap. So with whatever else has an id.

export type Guard = <T>(id: string, work: () => Promise<T>) => Promise<T>;

/** Gives a guard that runs the works of one id in the order they were asked for. */
export function createGuard(): Guard {
  const tails = new Map<string, Promise<unknown>>();
  return (id, work) => {
    const run = (tails.get(id) ?? Promise.resolve()).then(work, work);
    const tail = run.then(
      () => {},
      () => {},
    );
    tails.set(id, tail);
    void tail.then(() => tails.get(id) === tail && tails.delete(id));
    return run;
  };
}
