// Git's plumbing in one place: no hooks, nobody's identity needed, bytes as latin1 text.
import { failure, gitTry } from '../git.ts';
import { ownIdentity } from './identity.ts';

export interface Place {
  cwd: string;
  /** Where the worktree's git folder is, if its own `.git` can't tell. */
  gitDir?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface RunOptions {
  input?: string | Uint8Array | undefined;
  /** A private index in place of the worktree's own. */
  index?: string | undefined;
}

/**
 * Runs git in a place and gives its output, every byte one character (latin1), without the last
 * newline. Git's own errors are thrown.
 */
export type Run = (args: string[], more?: RunOptions) => Promise<string>;

/** Hooks belong to the person's own steps, and line endings are no reason to stop. */
const quietly = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.safecrlf=false'];

export function plumbing(place: Place): Run {
  const env: Record<string, string> = { ...ownIdentity(), GIT_LFS_SKIP_SMUDGE: '1' };
  if (place.gitDir) Object.assign(env, { GIT_DIR: place.gitDir, GIT_WORK_TREE: place.cwd });
  return async (args, { input, index } = {}) => {
    const answer = await gitTry([...quietly, ...args], {
      cwd: place.cwd,
      env: index ? { ...env, GIT_INDEX_FILE: index } : env,
      signal: place.signal,
      input,
    });
    if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
    return answer.stdout.toString('latin1').replace(/\n$/, '');
  };
}

/** What git printed, as text: a path or ref that is handed on, or shown. */
export function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString();
}

/** The id that a name (a whole ref, or HEAD and what follows it) stands for, or null. */
export async function idOf(run: Run, name: string): Promise<string | null> {
  return run(['rev-parse', '--verify', '--quiet', '--end-of-options', name]).catch(() => null);
}

/** Reads many blobs with one git, in the order of their ids. */
export async function readBlobs(run: Run, ids: string[]): Promise<Buffer[]> {
  if (ids.length === 0) return [];
  // A last id of our own making keeps the output's end, which `run` would trim, out of the blobs.
  const answer = await run(['cat-file', '--batch'], { input: `${[...ids, '0'].join('\n')}\n` });
  const bytes = Buffer.from(answer, 'latin1');
  const blobs: Buffer[] = [];
  let at = 0;
  for (const id of ids) {
    const end = bytes.indexOf('\n', at);
    const header = bytes.toString('latin1', at, end);
    const size = /^\w+ blob (\d+)$/.exec(header)?.[1];
    if (size === undefined) throw failure(['cat-file'], 0, `${id} can't be read: ${header}`);
    blobs.push(bytes.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}

/** A path inside a worktree from its latin1 form. */
export function pathIn(worktree: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${worktree}/`), Buffer.from(path, 'latin1')]);
}
