// A log file that a person can read, and that never grows beyond twice its limit.
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { TempestError } from './errors.ts';

export interface Log {
  info(message: string): void;
  /** Writes the stack of `error`, where it has one. */
  error(message: string, error?: unknown): void;
  close(): void;
}

export interface LogOptions {
  path: string;
  /** The file is set aside as `<path>.1` when it passes this many bytes. */
  maxBytes?: number;
  now?: () => number;
}

/**
 * Opens a log for appending; writes are synchronous, so that the last line before a crash is there.
 * Throws `io-failed` when the file can't be opened; a failing write later on is dropped.
 */
export function openLog({ path, maxBytes = 5 * 1024 * 1024, now = Date.now }: LogOptions): Log {
  let file = openFile(path);
  let size = fstatSync(file).size;

  const rotate = () => {
    closeSync(file);
    renameSync(path, `${path}.1`);
    file = openFile(path);
    size = 0;
  };
  const write = (level: string, message: string) => {
    const line = `${new Date(now()).toISOString()} ${level} ${process.pid} ${message}\n`;
    try {
      if (size > maxBytes) rotate();
      size += writeSync(file, line);
    } catch {
      // A full disk must not end the daemon: the log is the least of what it looks after.
    }
  };
  return {
    info: (message) => write('info ', message),
    error: (message, error) =>
      write('error', error === undefined ? message : `${message}: ${describe(error)}`),
    close: () => closeSync(file),
  };
}

function openFile(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw new TempestError(
      'io-failed',
      `can't write the log ${path}: ${describe(error)}`,
      'Make that folder writable, or set XDG_STATE_HOME to one that is.',
      { cause: error },
    );
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n  because: ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
