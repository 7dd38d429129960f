// A clock that a test moves by hand.
import type { Clock } from '../../src/core/clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass: runs what is due, in order. */
  advance(ms: number): void;
  /** Sets what `now` says, as a person or a time server does; no time passes. */
  set(now: number): void;
}

export function manualClock(start = 1_000_000_000_000): ManualClock {
  const due = new Set<{ at: number; action: () => void }>();
  let wall = start;
  let passed = 0;
  return {
    now: () => wall,
    set: (now) => {
      wall = now;
    },
    after(ms, action) {
      const entry = { at: passed + ms, action };
      due.add(entry);
      return { cancel: () => due.delete(entry) };
    },
    advance(ms) {
      const end = passed + ms;
      for (;;) {
        const next = [...due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        wall += next.at - passed;
        passed = next.at;
        due.delete(next);
        next.action();
      }
      wall += end - passed;
      passed = end;
    },
  };
}
