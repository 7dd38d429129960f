// Commits on the person's behalf: with their name, their hooks and their signature.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { failure } from '../git.ts';
import { unfinished, unfinishedIn } from '../worktree/unfinished.ts';
import { refusal } from './hooks.ts';
import { type AsPerson, asPerson, type PersonPlace } from './person.ts';
import { refuseUnresolved } from './unmerged.ts';

/**
 * Commits all that is not ignored in the worktree, as the person would: hooks run, signing is theirs.
 * A merge that is not finished is concluded by it, also without a change. Gives the commit, or null when there was nothing
 * to commit.
 * @throws TempestError `hook-failed` with what the hook said, `conflict` while files are unmerged, `wrong-state`
 *   in the middle of a rebase, `git-failed`.
 */
export async function commitAll(
  o: Omit<PersonPlace, 'cwd'> & { worktree: string; message: string },
): Promise<string | null> {
  const { worktree: cwd, message: input } = o;
  const run = await asPerson({ ...o, cwd });
  const isMerge = await refuseUnfinished(cwd);
  await refuseUnborn(run);
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

/** Somebody has deleted the branch: a commit now would have nothing to do with what was before it. */
async function refuseUnborn(run: AsPerson): Promise<void> {
  if ((await run(['rev-parse', '--verify', '--quiet', 'HEAD'])).code === 0) return;
  const branch = await run(['symbolic-ref', '--quiet', 'HEAD']);
  const path = await run(['rev-parse', '--path-format=absolute', '--git-path', 'logs/HEAD']);
  const file = path.stdout.toString().replace(/\n$/, '');
  const log = await readFile(file, 'utf8').catch(() => '');
  const last = log.trimEnd().split('\n').at(-1)?.split(' ')[1];
  const ref = branch.stdout.toString().trim();
  throw new TempestError(
    'wrong-state',
    `its branch ${ref.replace('refs/heads/', '')} is gone`,
    last ? `In the worktree, \`git update-ref ${ref} ${last}\` brings it back.` : '',
  );
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
