// Cancellation, as an error a person can understand.
import { TempestError } from './errors.ts';

/** @throws TempestError `cancelled` when the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new TempestError('cancelled', `${what} was cancelled`);
}
