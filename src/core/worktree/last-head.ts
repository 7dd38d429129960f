// Where a worktree stood last whose branch somebody has deleted.
import { readFile } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { idOf, type Run, utf8 } from './plumbing.ts';

/** The commit that the reflog of HEAD ends with, if it is still there. */
export async function lastHead(run: Run): Promise<string | null> {
  const path = await run(['rev-parse', '--path-format=absolute', '--git-path', 'logs/HEAD']);
  const log = await readFile(utf8(path), 'utf8').catch(() => '');
  const ends = log.trimEnd().split('\n').at(-1)?.split(' ').slice(0, 2).reverse();
  // A deletion may be its last entry.
  const last = ends?.find((id) => /[1-9a-f]/.test(id));
  return last ? await idOf(run, `${last}^{commit}`) : null;
}

/**
 * The commit that a session's worktree is on. Where its branch is gone, what is done now would have nothing
 * to do with what was before. @throws TempestError `wrong-state` then.
 */
export async function headOf(run: Run): Promise<string> {
  const head = await idOf(run, 'HEAD^{commit}');
  if (head) return head;
  const branch = utf8(await run(['symbolic-ref', 'HEAD']));
  const last = await lastHead(run);
  throw new TempestError(
    'wrong-state',
    `its branch ${branch.replace('refs/heads/', '')} is gone`,
    last ? `In the worktree, \`git update-ref ${branch} ${last}\` brings it back.` : '',
  );
}
