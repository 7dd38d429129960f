// Finds a conversation by the file in which an agent of the configuration keeps it.
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchContext } from './agent.ts';
import { marks } from './table.ts';

/** How much of a record, in bytes, is searched for the worktree's path. */
const telling = 64 * 1024;

/**
 * The id in the name of the newest file of the pattern that was written since the session began and names
 * its worktree near its beginning: a record that doesn't may be another session's. Null when there is none.
 */
export async function findConversationFile(
  pattern: string,
  context: Pick<LaunchContext, 'worktree' | 'createdAt' | 'env'>,
): Promise<string | null> {
  const { worktree, createdAt, env } = context;
  const here = await realpath(worktree).catch(() => worktree);
  const found = await matches(pattern.replace(/^~(?=\/)/, env.HOME ?? ''));
  const dated = await Promise.all(
    found.map(async (one) => ({ ...one, at: (await stat(one.path).catch(() => null))?.mtimeMs })),
  );
  const recent = dated.flatMap(({ at, ...one }) => (at && at >= createdAt ? [{ ...one, at }] : []));
  for (const { id, path } of recent.sort((a, b) => b.at - a.at)) {
    if (path.includes(here) || (await mentions(path, [worktree, here]))) return id;
  }
  return null;
}

/** The files of an absolute pattern; `*` and `{conversation}` stand for anything but a `/`. */
async function matches(pattern: string): Promise<{ id: string; path: string }[]> {
  let found = [{ id: '', path: '/' }];
  for (const segment of pattern.split('/').filter(Boolean)) {
    const wanted = expression(segment);
    const next = found.map(async ({ id, path }) => {
      if (!wanted) return [{ id, path: join(path, segment) }];
      return (await readdir(path).catch(() => [])).flatMap((entry) => {
        const match = wanted.exec(entry);
        return match ? [{ id: match[1] ?? id, path: join(path, entry) }] : [];
      });
    });
    found = (await Promise.all(next)).flat();
  }
  return found;
}

/** Null for a name without marks. */
function expression(segment: string): RegExp | null {
  const parts = segment.split(marks.conversation).map((part) =>
    part
      .split('*')
      .map((text) => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
      .join('.*'),
  );
  return parts.length > 1 || segment.includes('*') ? new RegExp(`^${parts.join('(.+?)')}$`) : null;
}

/** Whether the text has this path, and not only one that begins like it. */
function names(text: string, path: string): boolean {
  return text.split(path).some((rest, index) => index > 0 && !/^[\w./-]/.test(rest));
}

async function mentions(path: string, worktrees: string[]): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(telling), 0, telling, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    return worktrees.some((worktree) => names(text, worktree));
  } finally {
    await file.close();
  }
}
