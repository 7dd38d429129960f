// Tells that a worktree holds pointers in place of the large files that Git LFS keeps.
import { join } from 'node:path';
import { readText } from '../plain-file.ts';

/** What to say of the worktree at `path`, in one line; null where LFS is not in use. */
export async function lfsNotice(path: string): Promise<string | null> {
  const attributes = await readText(join(path, '.gitattributes')).catch(() => '');
  if (!/^[^#\n]*\sfilter=lfs(\s|$)/m.test(attributes)) return null;
  return 'Git LFS: its files are pointers here; `git lfs pull` in the worktree fetches them';
}
