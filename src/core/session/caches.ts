// Keeps an agent's own caches in a worktree out of its diff.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the folders, each with a `.gitignore` for all that is in it, itself included: git knows nothing of
 * them then, and no file of the repository or of the person's is changed. One that is there is left alone.
 */
export function hideCaches(worktree: string, names: readonly string[]): void {
  for (const name of names) {
    const folder = join(worktree, name);
    if (existsSync(folder)) continue;
    try {
      mkdirSync(folder);
      writeFileSync(join(folder, '.gitignore'), '*\n');
    } catch {
      // Then the agent will say itself that it can't write there.
    }
  }
}
