// What goes wrong: its lines for people, its object for programs, its exit code.
import { TempestError } from '../core/errors.ts';

export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;
/** Those of `tempest wait` alone; 124 is that of timeout(1). */
export const waitCodes = { waiting: 3, stopped: 4, timeout: 124 } as const;

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    readonly hint: string = '',
  ) {
    super(message);
  }
}

/** Ends the command with this code; everything there was to say has been said. */
export class Exit extends Error {
  override readonly name = 'Exit';

  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

interface Failure {
  code: number;
  /** For programs; the kinds of `src/core/errors.ts`, or `usage` or `unexpected`. */
  kind: string;
  message: string;
  hint: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) {
    return { code: exitCodes.usage, kind: 'usage', message: error.message, hint: error.hint };
  }
  if (error instanceof TempestError) {
    const { kind, message, hint } = error;
    return { code: exitCodes.failed, kind, message, hint };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: exitCodes.failed, kind: 'unexpected', message, hint: '' };
}

/** One line and an indented hint; with `json`, one line with an object. Ends with a newline. */
export function describeFailure({ kind, message, hint }: Failure, json: boolean): string {
  if (json) return `${JSON.stringify({ error: { kind, message, hint } })}\n`;
  return `tempest: ${message}\n${hint ? `  ${hint}\n` : ''}`;
}
