// What is wanted of a new worktree, and whether it is there.
import { readdir } from 'node:fs/promises';
import { gitTry } from '../git.ts';
import type { Repo } from './repo.ts';

export interface NewWorktree {
  repo: Repo;
  path: string;
  branch: string;
  /** Takes a branch that exists, instead of making it at `commit`. */
  adopt: boolean;
  commit: string;
  session: string;
  signal?: AbortSignal | undefined;
  /** Called when git has begun to fill the worktree, for what can be done meanwhile. */
  onBegun?: (() => void) | undefined;
  /** Gets warnings and what is worth knowing, one line each. */
  onProgress?: ((line: string) => void) | undefined;
}

/** LFS content is fetched on demand; the mark finds a git that outlived a daemon. */
export function addEnvironment(o: NewWorktree): Record<string, string> {
  return { GIT_LFS_SKIP_SMUDGE: '1', TEMPEST_ADDS: o.session };
}

/** Whether git has finished the worktree, on the wanted branch. */
export async function isWhole(o: NewWorktree, folder: string): Promise<boolean> {
  const names = await readdir(folder);
  if (!names.includes('index') || names.includes('index.lock') || names.includes('locked')) {
    return false;
  }
  const head = await gitTry(['symbolic-ref', 'HEAD'], { cwd: o.path });
  return head.stdout.toString().trim() === `refs/heads/${o.branch}`;
}
