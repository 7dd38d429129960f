// Which process the terminal host is, on disk: while that one lives, so do its agents, reached or not.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { identify, isAlive } from '../process.ts';
import { type ProcessIdentity, processIdentitySchema } from './session.ts';

/** The host that was met last, if it still runs. */
export function livingHost(file: string): ProcessIdentity | null {
  try {
    const known = processIdentitySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return isAlive(known) ? known : null;
  } catch {
    return null; // There was none yet; or a power failure left it empty, and no host either.
  }
}

/** Not flushed: after a power failure no host runs. Throws where the file can't be written. */
export function rememberHost(file: string, pid: number): void {
  const identity = identify(pid);
  if (!identity || livingHost(file)?.pid === pid) return;
  writeFileSync(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
