// Makes a commit of a tree without a checkout: the hooks see it staged, on the commit that it comes after.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TempestError } from '../errors.ts';
import { failure } from '../git.ts';
import { askHook } from './hooks.ts';
import { type AsPerson, asPerson, type PersonPlace, signing } from './person.ts';

export interface TreeCommit {
  tree: string;
  /** More than one: a merge, with the hooks of one. */
  parents: readonly [string, ...string[]];
  message: string;
}

/**
 * Gives the commit, which nothing names yet. What a hook has staged, or written into the message, goes in. It is signed
 * if the person has set that commits are.
 * @throws TempestError `hook-failed`, `git-failed`, `wrong-state` without a message.
 */
export async function commitTree(place: PersonPlace, o: TreeCommit): Promise<string> {
  const run = await asPerson(place);
  const folder = await mkdtemp(join(tmpdir(), 'tempest-commit-'));
  try {
    const { tree, message } = await throughHooks(run, place, folder, o);
    const parents = o.parents.flatMap((parent) => ['-p', parent]);
    const args = ['commit-tree', tree, ...parents, ...(await signing(run))];
    return await answerOf(run, args, { input: message });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function throughHooks(run: AsPerson, place: PersonPlace, folder: string, o: TreeCommit) {
  const env = await staged(run, place, folder, o);
  const isMerge = o.parents.length > 1;
  const file = join(folder, isMerge ? 'MERGE_MSG' : 'COMMIT_EDITMSG');
  await writeFile(file, o.message.endsWith('\n') ? o.message : `${o.message}\n`);
  await askHook(run, isMerge ? 'pre-merge-commit' : 'pre-commit', [], { env });
  const tree = await answerOf(run, ['write-tree'], { env });
  await askHook(run, 'prepare-commit-msg', [file, isMerge ? 'merge' : 'message'], { env });
  await askHook(run, 'commit-msg', [file], { env });
  const message = await run(['stripspace'], { input: await readFile(file, 'utf8') });
  if (message.stdout.length > 0) return { tree, message: message.stdout.toString() };
  throw new TempestError('wrong-state', 'the message of the commit is empty', 'Give it one.');
}

/**
 * A git folder of our own, as of one more worktree: its HEAD is the first parent, its index the tree, and the worktree's own
 * HEAD and index are not touched, whatever a hook does. Gives the environment that leads there.
 */
async function staged(
  run: AsPerson,
  { cwd }: PersonPlace,
  folder: string,
  { tree, parents: [head, ...merged] }: TreeCommit,
): Promise<Record<string, string>> {
  const asked = ['rev-parse', '--path-format=absolute', '--git-common-dir', '--git-path', 'index'];
  const [common = '', own = ''] = (await answerOf(run, asked)).split('\n');
  await writeFile(join(folder, 'commondir'), `${common}\n`);
  await writeFile(join(folder, 'HEAD'), `${head}\n`);
  if (merged.length > 0) await writeFile(join(folder, 'MERGE_HEAD'), `${merged.join('\n')}\n`);
  const index = join(folder, 'index');
  const env = { GIT_DIR: folder, GIT_WORK_TREE: cwd, GIT_INDEX_FILE: index };
  // What it knows of the files saves reading them all again; a split one can't be copied.
  await copyFile(own, index).catch(() => undefined);
  if ((await run(['read-tree', '--reset', tree], { env })).code !== 0) {
    await rm(index, { force: true });
    await answerOf(run, ['read-tree', tree], { env });
  }
  return env;
}

async function answerOf(run: AsPerson, args: string[], more?: Parameters<AsPerson>[1]) {
  const answer = await run(args, more);
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return answer.stdout.toString().trim();
}
