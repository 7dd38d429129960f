// How much of a worktree would stay behind when its commits are shipped.
import type { Run } from '../worktree/plumbing.ts';

/** How many files are not as HEAD has them, those that git doesn't know included, ignored ones left out. */
export async function countUncommitted(run: Run): Promise<number> {
  const args = ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames'];
  return (await run(args)).split('\0').filter(Boolean).length;
}
