// Branches: made so that their origin can be proved, dropped only with their exact value.
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { listWorktrees } from './list.ts';
import { patiently } from './patience.ts';
import { dropStaleLock, lockInTheWay } from './stale-lock.ts';

const nobody = '';

/** The commit of a local branch, or null when there is none of exactly this name. */
export async function branchCommit(cwd: string, branch: string): Promise<string | null> {
  const answer = await gitTry(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], {
    cwd,
  });
  return answer.code === 0 ? answer.stdout.toString().trim() : null;
}

/**
 * Environment for the git that makes a session's branch: the branch's first reflog entry then names
 * the session, so that after a crash our own branch can be told from a person's (hazard 7).
 */
export function makerOf(session: string): Record<string, string> {
  return { GIT_COMMITTER_NAME: 'Tempest', GIT_COMMITTER_EMAIL: `${session}@session.tempest` };
}

/** Goes with `makerOf`: bare repositories, and some people, have no reflogs. */
export const withReflog = ['-c', 'core.logAllRefUpdates=always'];

/**
 * Makes the session's branch, if the session hasn't made it before.
 * @throws TempestError `branch-exists` when there is one that this session did not make.
 */
export async function makeBranch(o: {
  cwd: string;
  branch: string;
  commit: string;
  session: string;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const ref = `refs/heads/${o.branch}`;
  const args = [...withReflog, 'update-ref', '-m', 'branch: Created by Tempest'];
  const options = { cwd: o.cwd, env: makerOf(o.session), signal: o.signal };
  const answer = await patiently(() => gitTry([...args, ref, o.commit, nobody], options), o.signal);
  if (answer.code === 0) return;
  const lock = lockInTheWay(ref, answer.stderr);
  if (lock && (await dropStaleLock(o.cwd, lock))) return await makeBranch(o);
  if (lock) throw failure(args, answer.code, answer.stderr);
  if (/already exists|cannot lock ref .*exists/i.test(answer.stderr)) {
    if (await isMadeBy(o.cwd, o.branch, o.session)) return;
    throw taken(o.branch, answer.stderr);
  }
  throw failure(args, answer.code, answer.stderr);
}

/** Whether this session made the branch, by the branch's own reflog. */
export async function isMadeBy(cwd: string, branch: string, session: string): Promise<boolean> {
  return (await makersOf(cwd, branch)).includes(`${session}@session.tempest`);
}

/** The addresses in the branch's reflog. */
async function makersOf(cwd: string, branch: string): Promise<string[]> {
  const args = ['reflog', 'show', '--format=%ge', `refs/heads/${branch}`, '--'];
  return (await gitTry(args, { cwd })).stdout.toString().split('\n');
}

function taken(branch: string, stderr: string) {
  const other = /'refs\/heads\/([^']+)' exists; cannot create/.exec(stderr)?.[1];
  return new TempestError(
    'branch-exists',
    other
      ? `branch ${branch} can't be made beside branch ${other}`
      : `there is a branch ${branch} already`,
    other ? 'Choose another name.' : `Choose another name, or adopt it with --branch ${branch}.`,
  );
}

/**
 * Deletes exactly this branch (hazard 6), if it still stands at `expected`; nothing happens if it is
 * gone. Its section in the config goes with it when a session made the branch, as after
 * `git branch -d`.
 * @throws TempestError `branch-in-use` when it is checked out, `git-failed` when it has moved.
 */
export async function dropBranch(o: {
  root: string;
  branch: string;
  expected: string;
}): Promise<void> {
  const { root: cwd, branch } = o;
  if ((await branchCommit(cwd, branch)) === null) return;
  const user = (await listWorktrees(cwd)).find((worktree) => worktree.branch === branch);
  if (user) {
    const hint = 'It stays. Switch that checkout to another branch and delete it by hand.';
    throw new TempestError(
      'branch-in-use',
      `branch ${branch} is checked out in ${user.path}`,
      hint,
    );
  }
  const isOurs = (await makersOf(cwd, branch)).some((maker) => maker.endsWith('@session.tempest'));
  const args = ['update-ref', '-d', `refs/heads/${branch}`, o.expected];
  const answer = await patiently(() => gitTry(args, { cwd }));
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  if (!isOurs) return;
  // Fails when there is no such section, which is as well.
  await patiently(() => gitTry(['config', '--remove-section', `branch.${branch}`], { cwd }));
}
