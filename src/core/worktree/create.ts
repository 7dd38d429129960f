// Makes a session's worktree; every step may be repeated after a crash.
import { readdir, stat } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { failure, type GitAnswer, gitTry } from '../git.ts';
import { branchCommit, makeBranch, makerOf, withReflog } from './branch.ts';
import { fillWorktree } from './checkout.ts';
import { clearStump, complete, unregisterGone } from './complete.ts';
import { lfsNotice } from './lfs.ts';
import { adminFolder, mark, markerIn } from './list.ts';
import { addEnvironment, isWhole, type NewWorktree } from './new-worktree.ts';
import { patiently } from './patience.ts';
import { initSubmodules } from './submodules.ts';

export { listWorktrees, markerOf } from './list.ts';

/** A checkout may take this long, in ms. */
const longest = 60 * 60_000;

const aboutBranch = /a branch named .* already exists|cannot lock ref/;

/** What git says of a worktree that it lists but can't find. */
const isRegistered = /missing but (already registered|locked)/;

/**
 * Makes the branch and its worktree, marks it with the session, and fills its submodules.
 * Repeated after a crash, it goes on where it stopped; what it did not make, it leaves alone.
 * @throws TempestError `branch-exists`, `branch-missing`, `branch-in-use`, `cancelled`,
 *   `wrong-state` when something else is at `path`, or `git-failed`.
 */
export async function addWorktree(o: NewWorktree): Promise<void> {
  await clearStump(o);
  const isNew = await isFree(o.path);
  const folder = isNew ? await add(o) : await complete(o);
  if (isNew || (await markerIn(folder)) !== o.session) await mark(folder, o.session);
  await initSubmodules(o);
  const notice = isNew ? await lfsNotice(o.path) : null;
  if (notice) o.onProgress?.(notice);
}

async function isFree(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return !found || (found.isDirectory() && (await readdir(path)).length === 0);
}

/** One git makes branch and worktree; only where that fails, it is looked into. */
async function add(o: NewWorktree): Promise<string> {
  let answer = o.adopt
    ? null
    : await run(o, ['--no-track', '-b', o.branch, '--', o.path, o.commit]);
  if (!answer || aboutBranch.test(answer.stderr)) {
    await prepareBranch(o);
    answer = await run(o, ['--', o.path, o.branch]);
  }
  if (isRegistered.test(answer.stderr) && (await unregisterGone(o))) {
    await prepareBranch(o);
    answer = await run(o, ['--', o.path, o.branch]);
  }
  const folder = await adminFolder(o.path);
  if (answer.code === 0 && folder) return folder;
  return explain(o, answer);
}

function run(o: NewWorktree, args: string[]): Promise<GitAnswer> {
  return fillWorktree(o.path, (settings) => {
    const all = [...settings, ...withReflog, 'worktree', 'add', '--quiet', '--no-guess-remote'];
    const env = { ...addEnvironment(o), ...makerOf(o.session) };
    const options = { cwd: o.repo.commonDir, env, signal: o.signal, timeoutMs: longest };
    const answer = patiently(() => gitTry([...all, ...args], options), o.signal);
    o.onBegun?.();
    return answer;
  });
}

async function prepareBranch(o: NewWorktree): Promise<void> {
  const { commonDir: cwd } = o.repo;
  if (!o.adopt) return makeBranch({ ...o, cwd });
  if (await branchCommit(cwd, o.branch)) return;
  throw new TempestError(
    'branch-missing',
    `there is no branch ${o.branch}`,
    'Check the spelling, or leave --branch out to have a new one made.',
  );
}

/** A worktree that stands in spite of the error is fine: a hook failed, after all was done. */
async function explain(o: NewWorktree, answer: GitAnswer): Promise<string> {
  const folder = await adminFolder(o.path);
  if (folder && (await isWhole(o, folder))) {
    o.onProgress?.(`post-checkout hook failed: ${answer.stderr.trim().split('\n').at(-1) ?? ''}`);
    return folder;
  }
  if (/already (checked out|used by worktree)/.test(answer.stderr)) {
    const where = / at '(.*)'/s.exec(answer.stderr)?.[1];
    throw new TempestError(
      'branch-in-use',
      `branch ${o.branch} is checked out${where ? ` in ${where}` : ' elsewhere'}`,
      'Switch that checkout to another branch, or start from a new branch.',
    );
  }
  throw failure(['worktree'], answer.code, answer.stderr);
}
