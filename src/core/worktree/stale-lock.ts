// The lock that a killed git has left on a branch: taken away only once it is proved that nobody holds it.
import { readFile, rm, stat } from 'node:fs/promises';
import { listWorktrees } from './list.ts';
import { occupants } from './occupants.ts';

/** Younger than this, in ms, a lock may be of a git that is only just at it. */
const staleMs = 8_000;

/** The path of the lock on this very ref, if that is what git complains of. */
export function lockInTheWay(ref: string, stderr: string): string | null {
  const path = /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1] ?? '';
  return path.endsWith(`/${ref}.lock`) ? path : null;
}

/**
 * Takes the lock away if it is old and no git works in the repository, of which `cwd` is the git folder.
 * Gives whether it did. Where the system doesn't tell what a process is, it stays.
 */
export async function dropStaleLock(cwd: string, lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => null);
  if (!found || Date.now() - found.mtimeMs < staleMs || (await isGitAtWork(cwd))) return false;
  await rm(lock, { force: true });
  return true;
}

/** Whoever holds a lock while a hook of his runs, lives; age alone proves nothing. */
async function isGitAtWork(cwd: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const folders = [cwd, ...(await listWorktrees(cwd)).map(({ path }) => path)];
  const pids = (await Promise.all(folders.map(occupants))).flat();
  // `proc(5)`: a program's name; one that is gone meanwhile has none.
  const names = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
  );
  return names.some((name) => /^git\b/.test(name));
}
