// A logger of our own for the `neovim` package, whose default one patches `console`.
import type { attach } from 'neovim';

/** What the package takes; it is shaped like winston's, of which only the calls matter. */
export type Logger = NonNullable<NonNullable<Parameters<typeof attach>[0]['options']>['logger']>;

/** Levels that the package calls; everything but errors is dropped, unless `verbose`. */
export function createLogger(write: (line: string) => void, verbose: boolean): Logger {
  const at =
    (level: string) =>
    (first: unknown, ...rest: unknown[]) => {
      write(`${level} ${[first, ...rest].map(describe).join(' ')}`);
    };
  const nothing = () => {};
  return {
    level: verbose ? 'debug' : 'error',
    error: at('error'),
    warn: verbose ? at('warn') : nothing,
    info: verbose ? at('info') : nothing,
    debug: verbose ? at('debug') : nothing,
  } as unknown as Logger;
}

function describe(part: unknown): string {
  return part instanceof Error ? (part.stack ?? part.message) : String(part);
}
