// Time as a dependency, so that what waits can be tested without waiting.

export interface Clock {
  /** Ms since 1970. May step back: never measure a duration with it. */
  now(): number;
  /** Runs `action` once after `ms` that really passed, whatever the wall clock does meanwhile. */
  after(ms: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** The machine's clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
