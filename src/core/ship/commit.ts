// Commits on the person's behalf: with their name, their hooks and their signature.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { failure } from '../git.ts';
import { headOf } from '../worktree/last-head.ts';
import { plumbing } from '../worktree/plumbing.ts';
import { unfinished, unfinishedIn } from '../worktree/unfinished.ts';
import { refusal } from './hooks.ts';
import { asPerson, type PersonPlace } from './person.ts';
import { refuseUnresolved } from './unmerged.ts';

/**
 * Commits all that is not ignored in the worktree, as the person would: hooks run, signing is theirs.
 * A merge that is not finished is concluded by it, also without a change. Gives the commit, or null when there was nothing
 * to commit.
 * @throws TempestError `hook-failed` with what the hook said, `conflict` while files are unmerged, `wrong-state`
 *   in the middle of a rebase or where the branch is gone, `git-failed`.
 */
export async function commitAll(
  o: Omit<PersonPlace, 'cwd'> & { worktree: string; message: string },
): Promise<string | null> {
  const { worktree: cwd, message: input } = o;
  const run = await asPerson({ ...o, cwd });
  const isMerge = await refuseUnfinished(cwd);
  await headOf(plumbing({ cwd }));
  const added = await run(['add', '--all', '--', ':/']);
  if (added.code !== 0) throw failure(['add'], added.code, added.stderr);
  const staged = await run(['diff', '--cached', '--quiet']);
  if (staged.code === 0 && !isMerge) return null;
  // No editor has put comments into it: a line that begins with # is a heading, or the number of an issue.
  const answer = await run(['commit', '--quiet', '--file=-', '--cleanup=whitespace'], { input });
  if (answer.code !== 0) throw refusal(['commit'], answer);
  return (await run(['rev-parse', 'HEAD'])).stdout.toString().trim();
}

/** To add a file in conflict would be to call it resolved. Tells whether it is a merge that will be concluded. */
async function refuseUnfinished(worktree: string): Promise<boolean> {
  await refuseUnresolved(worktree);
  const found = await unfinishedIn(worktree);
  if (found?.operation === 'rebase') throw unfinished(worktree, 'rebase');
  return found?.operation === 'merge';
}

/** What git would say of a merge that is not finished; null when there is none. */
export async function mergeMessage(worktree: string): Promise<string | null> {
  const found = existsSync(worktree) ? await unfinishedIn(worktree) : null;
  if (found?.operation !== 'merge') return null;
  const run = await asPerson({ cwd: worktree });
  const path = await run(['rev-parse', '--path-format=absolute', '--git-path', 'MERGE_MSG']);
  const file = path.stdout.toString().replace(/\n$/, '');
  const input = await readFile(file, 'utf8').catch(() => '');
  const text = (await run(['stripspace', '--strip-comments'], { input })).stdout.toString();
  return text.trim() || null;
}
