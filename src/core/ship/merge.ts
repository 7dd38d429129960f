// Merges a session's branch into its base: first what it would do, then, if nothing has changed, that.
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { conflictingFiles } from '../review/conflicts.ts';
import { diffStat } from '../review/diff.ts';
import { idOf, plumbing } from '../worktree/plumbing.ts';
import { advance, checkoutOf } from './base-branch.ts';
import { commitTree } from './commit.ts';
import type { Strategy } from './strategies.ts';

export interface MergePlan {
  /** The branch that would move, without refs/heads/. */
  base: string;
  /** Where it is now. */
  tip: string;
  /** The session's HEAD, which would land. */
  head: string;
  commits: number;
  changes: { files: number; added: number; removed: number };
  /** Files of the worktree that are not committed, and would not land. */
  uncommitted: number;
  /** Files that would conflict; none: the merge is clean. */
  conflicts: string[];
  canFastForward: boolean;
  /** Where the base is checked out; null: nowhere. */
  checkout: string | null;
}

export interface MergePlace {
  /** The repository's main worktree. */
  root: string;
  worktree: string;
  base: string;
  signal?: AbortSignal | undefined;
}

/** What a merge would do; nothing is changed. Throws `unknown-base` when the base is no local branch. */
export async function planMerge({ root, worktree, base, signal }: MergePlace): Promise<MergePlan> {
  const run = plumbing({ cwd: worktree, signal });
  const [tip, head] = await Promise.all([
    idOf(run, `refs/heads/${base}^{commit}`),
    run(['rev-parse', 'HEAD^{commit}']),
  ]);
  if (!tip) {
    throw new TempestError(
      'unknown-base',
      `${base} is no branch of this repository`,
      'Push the session and merge it there, or name a local branch.',
    );
  }
  const [count, status, conflicts, checkout, fork] = await Promise.all([
    run(['rev-list', '--count', `${tip}..${head}`]),
    run(['status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames']),
    conflictingFiles(worktree, tip, head, signal),
    checkoutOf(root, base),
    run(['merge-base', tip, head]).catch(() => tip),
  ]);
  return {
    base,
    tip,
    head,
    commits: Number(count),
    changes: await diffStat({ root: worktree, base: fork, tree: head }),
    uncommitted: status.split('\0').filter(Boolean).length,
    conflicts,
    canFastForward: fork === tip,
    checkout,
  };
}

export interface Merged {
  base: string;
  /** Where the base was, and is now. */
  from: string;
  to: string;
}

/**
 * Lands the session's commits on its base. The merge is made without any checkout, so that a conflict, a
 * hook that refuses or a crash leaves the base as it was. `expected` is the plan that the person saw.
 * @throws TempestError `unsaved-work`, `conflict`, `wrong-state`, `hook-failed`, `base-moved`, `base-dirty`.
 */
export async function mergeIntoBase(
  place: MergePlace,
  o: {
    strategy: Strategy;
    message: string;
    expected?: Pick<MergePlan, 'tip' | 'head'> | undefined;
  },
): Promise<Merged> {
  const plan = await planMerge(place);
  refuse(plan, o);
  const to = await mergeCommit(place, plan, o);
  await advance({ root: place.root, branch: plan.base, from: plan.tip, to });
  return { base: plan.base, from: plan.tip, to };
}

function refuse(
  plan: MergePlan,
  { strategy, expected }: Parameters<typeof mergeIntoBase>[1],
): void {
  const { base, uncommitted, conflicts, commits, canFastForward } = plan;
  if (expected && (expected.tip !== plan.tip || expected.head !== plan.head)) {
    const hint = 'Look at the preview again, then merge.';
    throw new TempestError('base-moved', `${base} or the session has moved meanwhile`, hint);
  }
  if (uncommitted > 0) {
    const files = uncommitted === 1 ? '1 file is' : `${uncommitted} files are`;
    const hint = 'Commit first: `tempest commit`, `:TempestCommit`.';
    throw new TempestError('unsaved-work', `${files} not committed, and would not land`, hint);
  }
  if (commits === 0) {
    const hint = 'Its changes have landed already, or it has made none.';
    throw new TempestError('wrong-state', `there is nothing to merge into ${base}`, hint);
  }
  if (conflicts.length > 0) {
    const hint =
      'Nothing was changed. Hand the conflict to the agent: `tempest merge --resolve`; `:TempestMerge` offers it.';
    throw new TempestError('conflict', `conflicts with ${base} in ${conflicts.join(', ')}`, hint);
  }
  if (strategy === 'fast-forward' && !canFastForward) {
    const hint = 'Rebase the session on it first, or make a merge commit.';
    throw new TempestError('wrong-state', `${base} has moved on: no fast-forward`, hint);
  }
}

async function mergeCommit(
  { worktree, signal }: MergePlace,
  { tip, head }: MergePlan,
  { strategy, message }: { strategy: Strategy; message: string },
): Promise<string> {
  if (strategy === 'fast-forward') return head;
  const args = ['merge-tree', '--write-tree', '--no-messages', tip, head];
  const answer = await gitTry(args, { cwd: worktree, signal });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  const tree = answer.stdout.toString().trim();
  const isMerge = strategy === 'merge';
  return await commitTree({
    cwd: worktree,
    tree,
    message,
    parents: isMerge ? [tip, head] : [tip],
    hook: isMerge ? 'pre-merge-commit' : undefined,
    signal,
  });
}
