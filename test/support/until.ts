// Waits for a condition instead of for a time.
import { setTimeout as delay } from 'node:timers/promises';
import { hangMs } from './limits.ts';

export interface UntilOptions {
  /** What is waited for, for the error: "the session to be idle". */
  what: string;
  intervalMs?: number;
}

/**
 * Asks `condition` again and again until it gives something truthy, and returns that.
 * @throws when it did not within the time; an error thrown by the last attempt is its cause
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what, intervalMs = 20 }: UntilOptions,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + hangMs;
  let cause: unknown;
  do {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(intervalMs);
  } while (performance.now() < deadline);
  throw new Error(`waited ${hangMs} ms in vain for ${what}`, { cause });
}
