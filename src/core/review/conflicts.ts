// Whether two pieces of work would conflict, found out without touching any checkout.
import { failure, gitTry } from '../git.ts';
import { idOf, plumbing } from '../worktree/plumbing.ts';
import { readMergedTrees } from './conflict-names.ts';

/** The same for everybody and always, so that equal work is the same commit. */
const nobody = 'Tempest <tempest@localhost> 0 +0000';

/**
 * Gives a commit that holds all of a worktree's work, uncommitted too: its snapshot `tree`, on top of its HEAD. The same
 * work gives the same commit. In the midst of a merge (`merging`) what is merged is in it. Null where there is no
 * commit yet.
 */
export async function commitOf(
  worktree: string,
  tree: string,
  { merging = false } = {},
): Promise<string | null> {
  const run = plumbing({ cwd: worktree });
  const asked = ['rev-parse', 'HEAD^{commit}', 'HEAD^{tree}'];
  const [head, has] = (await run(asked).catch(() => '')).split('\n');
  if (!head) return null;
  const merged = merging ? await idOf(run, 'MERGE_HEAD') : null;
  if (has === tree && !merged) return head;
  const parents = [head, merged].flatMap((id) => (id ? [`parent ${id}\n`] : [])).join('');
  const text = `tree ${tree}\n${parents}author ${nobody}\ncommitter ${nobody}\n\nsnapshot\n`;
  return await run(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: text });
}

/**
 * The files that would conflict if `theirs` were merged into `ours`: none, if the merge would be clean.
 * Both are ids of commits. Paths that are not UTF-8 have their bytes replaced. Throws `git-failed`.
 */
export async function conflictingFiles(
  cwd: string,
  ours: string,
  theirs: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
  const answer = await gitTry(args, { cwd, signal });
  if (answer.code === 0) return [];
  if (answer.code !== 1) throw failure(args, answer.code, answer.stderr);
  return readMergedTrees(answer.stdout, [ours, theirs]).files;
}
