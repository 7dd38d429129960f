// Finds the code of a session's comments in the files as they are now.
import { anchorAt, locate } from '../review/anchor.ts';
import type { Comment, KeptComment } from '../review/comment.ts';
import { toComment } from '../review/comment.ts';
import { diffFiles } from '../review/diff.ts';
import { worktreeLines } from '../review/worktree-file.ts';

export interface Found {
  kept: KeptComment;
  comment: Comment;
}

/**
 * Where the code of each comment is now. A file that isn't there any more is looked for under the name that
 * it was given since, for which `snapshot` gives the worktree's tree; null: there is no worktree.
 */
export async function findComments(
  worktree: string,
  comments: readonly KeptComment[],
  snapshot: () => Promise<string | null>,
): Promise<Found[]> {
  const once = memo();
  const linesOf = (kept: KeptComment) =>
    once(`lines ${kept.rawPath ?? kept.path}`, () => worktreeLines(worktree, kept));
  const renamed = async (kept: KeptComment): Promise<KeptComment | null> => {
    const base = kept.tree;
    const tree = base && (await once('snapshot', snapshot));
    if (!base || !tree || base === tree) return null;
    const files = await once(`files ${base}`, () => diffFiles({ cwd: worktree, base, tree }));
    const file = files.find((one) => one.status === 'renamed' && one.oldPath === kept.path);
    return file ? { ...kept, path: file.path, rawPath: file.rawPath, tree } : null;
  };

  const find = async (kept: KeptComment): Promise<Found> => {
    // What was there before doesn't change any more.
    if (kept.side === 'old') return { kept, comment: toComment(kept, true) };
    let now = kept;
    let lines = await linesOf(kept);
    if (!lines) {
      // Its snapshot may have been collected by git.
      const moved = await renamed(kept).catch(() => null);
      if (moved) now = moved;
      if (moved) lines = await linesOf(moved);
    }
    const range = lines && locate(lines, now.sought, now.range.start);
    if (!lines || !range) return { kept: now, comment: toComment(now, false) };
    const found = { ...now, range, sought: anchorAt(lines, range) };
    return { kept: found, comment: toComment(found, true) };
  };
  return Promise.all(comments.map(find));
}

function memo() {
  const known = new Map<string, Promise<unknown>>();
  return <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const before = known.get(key) as Promise<T> | undefined;
    if (before) return before;
    const asked = ask();
    known.set(key, asked);
    return asked;
  };
}
