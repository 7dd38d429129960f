// Merges a session's branch into its base: first what it would do, then, if nothing has changed, that.
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { conflictingFiles } from '../review/conflicts.ts';
import { headOf } from '../worktree/last-head.ts';
import { idOf, plumbing } from '../worktree/plumbing.ts';
import { refuseUnfinished } from '../worktree/unfinished.ts';
import { advance, checkoutOf } from './base-branch.ts';
import { commitTree } from './commit-tree.ts';
import { tellHook } from './hooks.ts';
import { type Changed, changedBetween, hasMoved, refuseOther, subjectsOf } from './landing.ts';
import { asPerson, type PersonPlace } from './person.ts';
import type { Strategy } from './strategies.ts';
import { countUncommitted } from './uncommitted.ts';

export interface MergePlan extends Changed {
  /** The branch that would move, without refs/heads/. */
  base: string;
  /** Where it is now. */
  tip: string;
  /** The session's HEAD, which would land. */
  head: string;
  commits: number;
  /** Their first lines, the newest first; see landing.ts. */
  subjects: string[];
  /** Files of the worktree that are not committed: the merge is refused while there are any. */
  uncommitted: number;
  /** Files that would conflict; none: the merge is clean. */
  conflicts: string[];
  canFastForward: boolean;
  /** Where the base is checked out; null: nowhere. */
  checkout: string | null;
}

export interface MergePlace extends Omit<PersonPlace, 'cwd'> {
  /** The repository's main worktree. */
  root: string;
  worktree: string;
  base: string;
}

/**
 * What a merge would do; nothing is changed. Throws `unknown-base` when the base is no local branch, `wrong-state` in the
 * midst of another.
 */
export async function planMerge({ root, worktree, base, signal }: MergePlace): Promise<MergePlan> {
  await refuseUnfinished(worktree);
  const run = plumbing({ cwd: worktree, signal });
  const [tip, head] = await Promise.all([idOf(run, `refs/heads/${base}^{commit}`), headOf(run)]);
  if (!tip) {
    throw new TempestError(
      'unknown-base',
      `${base} is no branch of this repository`,
      'Push the session and merge it there, or name a local branch: `--into BRANCH`.',
    );
  }
  const [count, subjects, uncommitted, conflicts, checkout, fork] = await Promise.all([
    run(['rev-list', '--count', `${tip}..${head}`]),
    subjectsOf(worktree, [`${tip}..${head}`]),
    countUncommitted(run),
    conflictingFiles(worktree, tip, head, signal),
    checkoutOf(root, base),
    run(['merge-base', tip, head]).catch(() => tip),
  ]);
  return {
    base,
    tip,
    head,
    commits: Number(count),
    subjects,
    ...(await changedBetween(worktree, fork, head)),
    uncommitted,
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

/** What is about to land, of the session's HEAD as it is now. */
export type Landing = Merged & Pick<MergePlan, 'head'>;

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
    /** Moves the base, once all that can be refused before was not. Default: `advance`, and no more. */
    land?: ((landing: Landing, advance: () => Promise<void>) => Promise<void>) | undefined;
  },
): Promise<Merged> {
  const plan = await planMerge(place);
  refuse(plan, o);
  const to = await mergeCommit(place, plan, o);
  const merged = { base: plan.base, from: plan.tip, to };
  const { env, signal } = place;
  const move = () => advance({ root: place.root, branch: plan.base, from: plan.tip, to, env });
  await (o.land ? o.land({ ...merged, head: plan.head }, move) : move());
  // Of a merge or a fast-forward, git tells by itself.
  if (o.strategy === 'squash' && plan.checkout) {
    await tellHook(await asPerson({ cwd: plan.checkout, env, signal }), 'post-commit');
  }
  return merged;
}

function refuse(
  plan: MergePlan,
  { strategy, expected }: Parameters<typeof mergeIntoBase>[1],
): void {
  const { base, uncommitted, conflicts, commits, canFastForward } = plan;
  refuseOther<Pick<MergePlan, 'tip' | 'head'>>(expected, plan, hasMoved(base));
  if (uncommitted > 0) {
    const files = uncommitted === 1 ? '1 file is' : `${uncommitted} files are`;
    const hint = 'Commit first: `tempest commit`, `:TempestCommit`.';
    throw new TempestError('unsaved-work', `${files} not committed: nothing is merged`, hint);
  }
  if (commits === 0) {
    const hint = 'Its changes have landed already, or it has made none.';
    throw new TempestError('wrong-state', `there is nothing to merge into ${base}`, hint);
  }
  if (conflicts.length > 0) {
    const hint =
      'Nothing was changed. Let the agent resolve it, `tempest merge --resolve`, or do it yourself, `--by-hand`; `:TempestMerge` offers both.';
    throw new TempestError('conflict', `conflicts with ${base} in ${conflicts.join(', ')}`, hint);
  }
  if (strategy === 'fast-forward' && !canFastForward) {
    const hint = 'Rebase the session on it first, or make a merge commit.';
    throw new TempestError('wrong-state', `${base} has moved on: no fast-forward`, hint);
  }
}

async function mergeCommit(
  { worktree: cwd, env, signal }: MergePlace,
  { tip, head }: MergePlan,
  { strategy, message }: { strategy: Strategy; message: string },
): Promise<string> {
  if (strategy === 'fast-forward') return head;
  const args = ['merge-tree', '--write-tree', '--no-messages', tip, head];
  const answer = await gitTry(args, { cwd, signal });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  const tree = answer.stdout.toString().trim();
  const parents = strategy === 'merge' ? ([tip, head] as const) : ([tip] as const);
  return await commitTree({ cwd, env, signal }, { tree, message, parents });
}
