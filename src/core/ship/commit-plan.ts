// What a commit of all that is in a worktree would hold; nothing is changed.
import { plumbing } from '../worktree/plumbing.ts';
import { unfinishedIn } from '../worktree/unfinished.ts';
import { type Changed, changedBetween } from './landing.ts';
import { unresolvedIn } from './unmerged.ts';

export interface CommitPlan extends Changed {
  /** The commit that it would come on top of; null: it would be the first. */
  head: string | null;
  /** A snapshot of what it would hold. */
  tree: string;
  /** Files whose conflicts are not resolved; while there are some, nothing is committed. */
  conflicts: string[];
  /** Whether it would conclude a merge, which it does without a change, too. */
  merge: boolean;
}

/** `tree` is a snapshot of the worktree as it is now: all that is not ignored. */
export async function planCommit(worktree: string, tree: string): Promise<CommitPlan> {
  const run = plumbing({ cwd: worktree });
  const [head, conflicts, found] = await Promise.all([
    run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).catch(() => null),
    unresolvedIn(worktree),
    unfinishedIn(worktree),
  ]);
  const merge = found?.operation === 'merge';
  const empty = await run(['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' });
  return { head, tree, conflicts, merge, ...(await changedBetween(worktree, head ?? empty, tree)) };
}
