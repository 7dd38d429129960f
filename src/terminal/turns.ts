// Lets many terminals take turns at parsing, so that a flood in one never holds up a key in another.

export interface Turns {
  /** Asks for a turn: `work` does a little, and returns whether there is more to do. */
  ask(work: () => boolean): void;
}

/** How long the event loop may be kept at a time, in ms. */
const sliceMs = 4;

export function makeTurns(now: () => number): Turns {
  const queue = new Set<() => boolean>();
  let scheduled = false;

  const run = () => {
    scheduled = false;
    const end = now() + sliceMs;
    // A set iterates in the order of adding, so whoever has more to do comes last.
    for (const work of queue) {
      queue.delete(work);
      if (work()) queue.add(work);
      if (now() >= end) break;
    }
    if (queue.size > 0) schedule();
  };
  const schedule = () => {
    if (!scheduled) setImmediate(run);
    scheduled = true;
  };
  return {
    ask(work) {
      queue.add(work);
      schedule();
    },
  };
}
