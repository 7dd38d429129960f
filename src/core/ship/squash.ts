// Makes one commit of all that a session's branch has beyond its base; files and index stay as they are.
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { headOf } from '../worktree/last-head.ts';
import { plumbing } from '../worktree/plumbing.ts';
import { refuseUnfinished } from '../worktree/unfinished.ts';
import { commitTree } from './commit-tree.ts';
import { tellHook } from './hooks.ts';
import { type Changed, changedBetween, subjectsOf } from './landing.ts';
import { asPerson, type PersonPlace } from './person.ts';
import { tipOf } from './rebase.ts';

export interface SquashPlan extends Changed {
  base: string;
  /** Where it is now. */
  tip: string;
  /** The session's HEAD, and where it left the base. */
  head: string;
  parent: string;
  commits: number;
  /** Their first lines, the newest first; see landing.ts. */
  subjects: string[];
}

/** Throws `wrong-state` when there are no two commits to make one of, or in the midst of a merge and the like. */
export async function planSquash(worktree: string, base: string): Promise<SquashPlan> {
  await refuseUnfinished(worktree);
  const run = plumbing({ cwd: worktree });
  const [tip, head] = await Promise.all([tipOf(worktree, base), headOf(run)]);
  const commits = Number(await run(['rev-list', '--count', `${tip}..${head}`]));
  if (commits < 2) {
    const said = commits === 1 ? 'there is only one commit' : 'there is no commit';
    throw new TempestError('wrong-state', `${said} beyond ${base}`, 'There is nothing to squash.');
  }
  const parent = await run(['merge-base', tip, head]);
  const subjects = await subjectsOf(worktree, [`${tip}..${head}`]);
  return {
    base,
    tip,
    head,
    parent,
    commits,
    subjects,
    ...(await changedBetween(worktree, parent, head)),
  };
}

/** The branch moves only from where it was when it was planned. @throws TempestError `hook-failed`, `git-failed`. */
export async function squash(
  place: PersonPlace,
  { head, parent }: Pick<SquashPlan, 'head' | 'parent'>,
  message: string,
): Promise<string> {
  const { cwd } = place;
  const tree = await plumbing({ cwd })(['rev-parse', `${head}^{tree}`]);
  const to = await commitTree(place, { tree, parents: [parent], message });
  const args = ['update-ref', '-m', 'tempest: squash', 'HEAD', to, head];
  const answer = await gitTry(args, { cwd });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  await tellHook(await asPerson(place), 'post-commit');
  return to;
}
