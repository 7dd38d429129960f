// At most one daemon over one set of records: a lock that a killed holder can't leave behind.
//
// The lock is a row of numbered files, `<path>.<n>`, each naming a process. Whoever has the
// highest number holds it while that process lives. A file appears whole or not at all, by
// link(2), which fails for a number that exists; so of many that find the holder dead, one gets
// the next number. The highest file is never removed, not even by a holder that stops, so no
// number is ever used twice, and nobody can mistake a new lock for the dead one it just judged.
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { remedyFor } from '../core/disk-trouble.ts';
import { TempestError } from '../core/errors.ts';
import { identify, isAlive } from '../core/process.ts';
import type { ProcessIdentity } from '../core/session/session.ts';

export interface Lock {
  /** False once somebody removed the file: the holder can no longer rely on being the only one. */
  holds(): boolean;
  /** Lets the next one have it while this process still runs. */
  release(): void;
}

/** What a lock's file says. */
interface Claim extends ProcessIdentity {
  /** The folder of the holder's sockets. */
  runtime: string;
  released: boolean;
}

/**
 * Takes the lock for this process, whose sockets are in `runtime`, or names the one that holds it.
 * Throws `io-failed` when the lock's folder can't be written to.
 */
export function takeLock(
  path: string,
  runtime: string,
): { lock: Lock } | { holder: ProcessIdentity } {
  const identity = identify(process.pid);
  if (identity === null)
    throw new TempestError('io-failed', "can't read this process's start time");
  const self: Claim = { ...identity, runtime, released: false };
  const draft = `${path}.${self.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify(self), { mode: 0o600 });
    return climb(path, draft, self);
  } catch (error) {
    throw unusable((error as Error).message, error);
  } finally {
    remove(draft);
  }
}

/** The process that holds the lock; null when none does. */
export function lockHolder(path: string): ProcessIdentity | null {
  const last = numbers(path).at(-1);
  return last === undefined ? null : liveHolder(`${path}.${last}`);
}

/** Where the last holder, alive or not, had its sockets; null when there never was one. */
export function lastRuntime(path: string): string | null {
  const last = numbers(path).at(-1);
  return last === undefined ? null : (readClaim(`${path}.${last}`)?.runtime ?? null);
}

function climb(
  path: string,
  draft: string,
  self: Claim,
): { lock: Lock } | { holder: ProcessIdentity } {
  for (;;) {
    const last = numbers(path).at(-1) ?? 0;
    const holder = last === 0 ? null : liveHolder(`${path}.${last}`);
    if (holder !== null) return { holder };
    const mine = last + 1;
    if (!linked(draft, `${path}.${mine}`)) continue;
    const all = numbers(path);
    // Somebody went past while this process slept between looking and linking.
    if (all.at(-1) !== mine) {
      remove(`${path}.${mine}`);
      continue;
    }
    for (const number of all.slice(0, -1)) remove(`${path}.${number}`);
    return { lock: held(path, mine, self) };
  }
}

function held(path: string, number: number, self: Claim): Lock {
  const file = `${path}.${number}`;
  const holds = () => numbers(path).at(-1) === number && liveHolder(file)?.pid === self.pid;
  return {
    holds,
    release() {
      if (!holds()) return;
      const draft = `${path}.${self.pid}.new`;
      writeFileSync(draft, JSON.stringify({ ...self, released: true }), { mode: 0o600 });
      renameSync(draft, file);
    },
  };
}

/** The numbers in use, ascending. */
function numbers(path: string): number[] {
  const prefix = `${basename(path)}.`;
  return namesIn(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** The process named by the file, if it lives and has not let go. */
function liveHolder(file: string): ProcessIdentity | null {
  const claim = readClaim(file);
  if (claim === null || claim.released || !isAlive(claim)) return null;
  return { pid: claim.pid, startTime: claim.startTime };
}

/** Null for a file that a power cut left empty. By hand, since zod would slow down every client. */
function readClaim(file: string): Claim | null {
  const text = unlessMissing(() => readFileSync(file, 'utf8'), '');
  try {
    const { pid, startTime, runtime, released } = JSON.parse(text) as Partial<Claim>;
    const sound = Number.isSafeInteger(pid) && [startTime, runtime].every(isString);
    return sound ? ({ pid, startTime, runtime, released: released === true } as Claim) : null;
  } catch {
    return null;
  }
}

const isString = (value: unknown) => typeof value === 'string';
const namesIn = (folder: string) => unlessMissing(() => readdirSync(folder), []);

/** A file that can't be read for any other reason is an error: its holder may well live. */
function unlessMissing<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise;
    throw unusable(message, error);
  }
}

function unusable(why: string, cause: unknown): TempestError {
  const otherwise =
    'Make that folder yours to read and write, or set XDG_STATE_HOME to one that is.';
  const { code = '' } = cause as NodeJS.ErrnoException;
  const hint = (['ENOSPC', 'EDQUOT', 'EROFS'].includes(code) && remedyFor(cause)) || otherwise;
  return new TempestError('io-failed', `can't use the daemon's lock: ${why}`, hint, { cause });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Somebody else removed it.
  }
}
