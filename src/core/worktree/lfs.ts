// Tells that a worktree holds pointers in place of the large files that Git LFS keeps.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What to say of the worktree at `path`, in one line; null where LFS is not in use. */
export async function lfsNotice(path: string): Promise<string | null> {
  const attributes = await readFile(join(path, '.gitattributes'), 'utf8').catch(() => '');
  if (!/^[^#\n]*\sfilter=lfs(\s|$)/m.test(attributes)) return null;
  return 'Git LFS: its files are pointers here; `git lfs pull` in the worktree fetches them';
}
