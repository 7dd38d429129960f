// Moves the base branch to a commit that contains it: a compare-and-swap, wherever it is checked out.
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { listWorktrees } from '../worktree/list.ts';

export interface BaseMove {
  /** Any path in the repository. */
  root: string;
  /** Without refs/heads/. */
  branch: string;
  from: string;
  to: string;
}

/** The path of the checkout that has the branch, if there is one. */
export async function checkoutOf(root: string, branch: string): Promise<string | null> {
  const found = (await listWorktrees(root)).find((worktree) => worktree.branch === branch);
  return found && !found.prunable ? found.path : null;
}

/**
 * Moves the branch forward. Where it is checked out, the files go along; what is not committed there stays
 * as it is, and is a reason to refuse where it is in the way. Nothing is half done: git moves branch and
 * files, or neither.
 * @throws TempestError `base-moved` when the branch is no longer at `from`, `base-dirty`.
 */
export async function advance({ root, branch, from, to }: BaseMove): Promise<void> {
  const checkout = await checkoutOf(root, branch);
  if (!checkout) return await swap({ root, branch, from, to });
  await expectAt(checkout, branch, from);
  const args = ['merge', '--ff-only', '--quiet', '--no-stat', '--no-autostash', to];
  const answer = await gitTry(args, { cwd: checkout });
  if (answer.code !== 0) throw inTheWay(checkout, branch, answer.stderr);
}

/**
 * Takes a move back, while nothing has come on top of it. Uncommitted changes of the checkout are kept, or
 * a reason to refuse. @throws TempestError `base-moved`, `base-dirty`.
 */
export async function takeBack({ root, branch, from, to }: BaseMove): Promise<void> {
  const checkout = await checkoutOf(root, branch);
  if (!checkout) return await swap({ root, branch, from: to, to: from });
  await expectAt(checkout, branch, to);
  const answer = await gitTry(['reset', '--quiet', '--keep', from], { cwd: checkout });
  if (answer.code !== 0) throw inTheWay(checkout, branch, answer.stderr);
}

async function swap({ root, branch, from, to }: BaseMove): Promise<void> {
  const args = ['update-ref', '-m', 'tempest: merge', `refs/heads/${branch}`, to, from];
  const answer = await gitTry(args, { cwd: root });
  if (answer.code === 0) return;
  if (/but expected|unable to resolve reference|reference already exists/.test(answer.stderr)) {
    throw moved(branch);
  }
  throw failure(args, answer.code, answer.stderr);
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

function inTheWay(checkout: string, branch: string, stderr: string): TempestError {
  const files = [...stderr.matchAll(/^\t(.+)$/gm)].map(([, file]) => file);
  const what = files.length > 0 ? files.join(', ') : stderr.trim();
  return new TempestError(
    'base-dirty',
    `${branch} is checked out in ${checkout}, with changes in the way: ${what}`,
    'Commit or stash them there, then merge again. Nothing was changed.',
  );
}
