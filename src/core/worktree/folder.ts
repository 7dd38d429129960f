// Where the worktrees of one repository live.
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/**
 * `<home>/<repo>-<hash>`: the same for every path that leads to the repository, different for two
 * repositories of one name.
 * @param root the repository's main worktree, or its git folder if bare.
 */
export function worktreeFolder(home: string, root: string): string {
  const real = realpathSync(root);
  const hash = createHash('sha256').update(gitFolder(real)).digest('hex').slice(0, 8);
  const name = basename(real)
    .replace(/\.git$/, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 40);
  return join(home, `${name || 'repo'}-${hash}`);
}

/** The git folder of a main worktree: `.git`, what a `.git` file points at, or the root itself. */
function gitFolder(root: string): string {
  const dotGit = join(root, '.git');
  const found = statSync(dotGit, { throwIfNoEntry: false });
  if (!found) return root;
  if (found.isDirectory()) return realpathSync(dotGit);
  const pointed = /^gitdir: (.*)$/s.exec(readFileSync(dotGit, 'utf8').replace(/\r?\n$/, ''))?.[1];
  return pointed ? realpathSync(resolve(root, pointed)) : root;
}
