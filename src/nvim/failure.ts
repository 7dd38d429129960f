// Turns whatever was thrown into the small object that Lua shows to a person.
import { TempestError } from '../core/errors.ts';
import type { Failure } from './messages.ts';

/** Never throws; an error that is none of Tempest's own becomes kind 'internal'. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof TempestError) {
    return { kind: error.kind, message: error.message, hint: error.hint };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'internal', message, hint: '' };
}

/** For a connection that could not be made, so that Lua says it once, whatever asked for it. */
export function unreachable(error: unknown): Failure {
  const { kind, message, hint } = failureFrom(error);
  return {
    kind: kind === 'version-mismatch' ? kind : 'unreachable',
    message,
    hint: hint || 'See :checkhealth tempest',
  };
}

export const timedOut = (method: string, limitMs: number): Failure => ({
  kind: 'timed-out',
  message: `${method} gave no answer within ${Math.round(limitMs / 1000)} s`,
  hint: 'See :checkhealth tempest',
});
