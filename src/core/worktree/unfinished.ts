// What git has begun in a worktree and not ended: a rebase, a merge, and so on.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TempestError } from '../errors.ts';
import { gitTry } from '../git.ts';
import { ownIndex } from '../private-index.ts';

export interface Unfinished {
  operation: 'rebase' | 'merge' | 'cherry-pick' | 'revert';
  /** The branch that a rebase moves when it ends, without refs/heads/; HEAD is detached until then. */
  branch: string | null;
}

/** Files of a worktree's git folder that say so (gitrepository-layout(5), and `wt-status.c`). */
const signs = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
] as const;

/** The first of them that is found, or null. */
export async function unfinishedIn(worktree: string): Promise<Unfinished | null> {
  const folder = await gitFolder(worktree);
  if (folder === null) return null;
  for (const [name, operation] of signs) {
    if (!existsSync(join(folder, name))) continue;
    const head = await readFile(join(folder, name, 'head-name'), 'utf8').catch(() => '');
    return { operation, branch: /^refs\/heads\/(.+)$/m.exec(head)?.[1] ?? null };
  }
  return null;
}

/** Git itself is asked only where the worktree's own files can't tell: this is looked at often. */
async function gitFolder(worktree: string): Promise<string | null> {
  const index = await ownIndex({ worktree });
  if (index) return dirname(index);
  const answer = await gitTry(['rev-parse', '--absolute-git-dir'], { cwd: worktree });
  return answer.code === 0 ? answer.stdout.toString().replace(/\n$/, '') : null;
}

/** Nothing lands, no commit is rewritten, and no file is put back, from the midst of another operation. @throws TempestError `wrong-state`. */
export async function refuseUnfinished(worktree: string): Promise<void> {
  const found = await unfinishedIn(worktree);
  if (found) throw unfinished(worktree, found.operation);
}

/** What is not finished, how it is, and how it is ended. */
export function unfinished(worktree: string, operation: Unfinished['operation']): TempestError {
  const goOn =
    operation === 'merge'
      ? '`:TempestCommit`, `tempest commit`'
      : `\`git add\` and \`git ${operation} --continue\``;
  return new TempestError(
    'wrong-state',
    `a ${operation} is not finished`,
    `Resolve it, then ${goOn}; \`git ${operation} --abort\` ends it. It is in ${worktree}.`,
  );
}
