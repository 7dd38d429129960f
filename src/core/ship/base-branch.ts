// Moves the base branch to a commit that contains it: a compare-and-swap, wherever it is checked out.
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { refuseInTheWay } from '../worktree/in-the-way.ts';
import { listWorktrees } from '../worktree/list.ts';
import { unfinishedIn } from '../worktree/unfinished.ts';

export interface BaseMove {
  /** Any path in the repository. */
  root: string;
  /** Without refs/heads/. */
  branch: string;
  from: string;
  to: string;
  /** The caller's environment, for what git starts where the branch is checked out. */
  env?: Record<string, string> | undefined;
}

/** The path of the checkout that has the branch, if there is one. */
export async function checkoutOf(root: string, branch: string): Promise<string | null> {
  const found = (await listWorktrees(root)).find((worktree) => worktree.branch === branch);
  return found && !found.prunable ? found.path : null;
}

/**
 * Moves the branch forward. Where it is checked out, the files go along; what is not committed there, ignored or not,
 * stays as it is, and is a reason to refuse where it is in the way. Nothing is half done: git moves branch and
 * files, or neither.
 * @throws TempestError `base-moved` when the branch is no longer at `from`, `base-dirty`, also while it is being rebased.
 */
export async function advance({ root, branch, from, to, env }: BaseMove): Promise<void> {
  const checkout = await checkoutOf(root, branch);
  if (!checkout) return await swap({ root, branch, from, to });
  await expectAt(checkout, branch, from);
  // An ignored file is in no commit and no stash: an .env that is overwritten is gone.
  const careful = ['--ff-only', '--no-overwrite-ignore', '--no-autostash'];
  const args = ['merge', ...careful, '--quiet', '--no-stat', to];
  const answer = await gitTry(args, { cwd: checkout, caller: env });
  if (answer.code === 0) return;
  // Git moves the files first, and leaves them so where it then can't move the branch.
  if (/update_ref failed|cannot lock ref|aborted by hook/.test(answer.stderr)) {
    await gitTry(['read-tree', '-m', '-u', to, from], { cwd: checkout });
  }
  throw inTheWay(checkout, branch, answer.stderr);
}

/**
 * Takes a move back, while nothing has come on top of it. Uncommitted changes of the checkout are kept, or
 * a reason to refuse; so are ignored files. @throws TempestError `base-moved`, `base-dirty`, `unsaved-work`.
 */
export async function takeBack({ root, branch, from, to }: BaseMove): Promise<void> {
  const checkout = await checkoutOf(root, branch);
  if (!checkout) return await swap({ root, branch, from: to, to: from });
  await expectAt(checkout, branch, to);
  if (await unfinishedIn(checkout)) throw notFinished(`${branch} is checked out in ${checkout}`);
  await refuseInTheWay({ worktree: checkout, from: to, to: from });
  // Not `reset --keep`, which forgets what is staged. Ended between the two, it can be done again.
  const answer = await gitTry(['read-tree', '-m', '-u', to, from], { cwd: checkout });
  if (answer.code !== 0) throw inTheWay(checkout, branch, answer.stderr);
  await swap({ root, branch, from: to, to: from }).catch(async (error) => {
    await gitTry(['read-tree', '-m', '-u', from, to], { cwd: checkout });
    throw error;
  });
}

async function swap({ root, branch, from, to }: BaseMove): Promise<void> {
  await refuseRebase(root, branch);
  const args = ['update-ref', '-m', 'tempest: merge', `refs/heads/${branch}`, to, from];
  const answer = await gitTry(args, { cwd: root });
  if (answer.code === 0) return;
  if (/but expected|unable to resolve reference|reference already exists/.test(answer.stderr)) {
    throw moved(branch);
  }
  throw failure(args, answer.code, answer.stderr);
}

/** A rebase has HEAD detached, and moves the branch at its end from where it was at its beginning. */
async function refuseRebase(root: string, branch: string): Promise<void> {
  const detached = (await listWorktrees(root)).filter((one) => !one.branch && !one.prunable);
  for (const { path } of detached) {
    if ((await unfinishedIn(path))?.branch !== branch) continue;
    throw new TempestError(
      'base-dirty',
      `${branch} is being rebased in ${path}`,
      'Finish that with `git rebase --continue`, or end it with `--abort`. Nothing was changed.',
    );
  }
}

async function expectAt(checkout: string, branch: string, commit: string): Promise<void> {
  const head = await gitTry(['rev-parse', '--verify', 'HEAD'], { cwd: checkout });
  if (head.stdout.toString().trim() !== commit) throw moved(branch);
}

function moved(branch: string): TempestError {
  return new TempestError(
    'base-moved',
    `${branch} has moved meanwhile`,
    'Look at the preview again, then merge.',
  );
}

function notFinished(where: string): TempestError {
  const hint = 'Finish that, or abort it, then try again. Nothing was changed.';
  return new TempestError('base-dirty', `${where}, with a merge that is not finished`, hint);
}

function inTheWay(checkout: string, branch: string, stderr: string): TempestError {
  const where = `${branch} is checked out in ${checkout}`;
  if (/Not possible to fast-forward|but expected/.test(stderr)) return moved(branch);
  if (/\.lock': File exists/.test(stderr)) {
    const hint = 'Try again when it has ended. Nothing was changed.';
    return new TempestError('base-dirty', `${where}, where another git is at work`, hint);
  }
  if (/unmerged files|needs merge|conclude your merge/.test(stderr)) {
    return notFinished(where);
  }
  const files = [...stderr.matchAll(/^\t(.+)$|^error: Entry '(.+)' /gm)].map(
    (at) => at[1] ?? at[2],
  );
  const what = files.length > 0 ? files.join(', ') : stderr.trim();
  // No stash takes an ignored file.
  const isUntracked = /untracked working tree/.test(stderr);
  const remedy = isUntracked ? 'Move them away' : 'Commit or stash them';
  return new TempestError(
    'base-dirty',
    `${where}, with changes in the way: ${what}`,
    `${remedy} there, then try again. Nothing was changed.`,
  );
}
