// What a preview shows of the work itself: the commits by their first lines, and the files with their counts.
import { TempestError } from '../errors.ts';
import { diffFiles, statOf } from '../review/diff.ts';
import type { DiffFile } from '../review/diff-file.ts';
import { plumbing, utf8 } from '../worktree/plumbing.ts';

/** A file, as a preview tells it. */
export type LandingFile = Pick<
  DiffFile,
  'path' | 'oldPath' | 'status' | 'binary' | 'added' | 'removed'
>;

export interface Changed {
  /** Of all files. */
  changes: { files: number; added: number; removed: number };
  /** In the order of their paths, no more than `mostFiles`. */
  files: LandingFile[];
}

/** Whoever reads a preview reads no more. */
export const mostFiles = 1_000;
export const mostSubjects = 200;

/** What differs between two trees or commits. */
export async function changedBetween(cwd: string, base: string, tree: string): Promise<Changed> {
  const all = await diffFiles({ cwd, base, tree });
  const files = all.slice(0, mostFiles).map(({ path, oldPath, status, binary, added, removed }) => {
    return { path, oldPath, status, binary, added, removed };
  });
  return { changes: statOf(all), files };
}

/** The first lines of these commits, as `git log` takes them, the newest first, no more than `mostSubjects`. */
export async function subjectsOf(cwd: string, commits: string[]): Promise<string[]> {
  const how = ['-z', '--encoding=UTF-8', '--format=%s', '--no-show-signature'];
  const args = ['log', ...how, `--max-count=${mostSubjects}`, ...commits, '--'];
  const text = utf8(await plumbing({ cwd })(args));
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

/** What the person saw: anything else is refused, with what has `happened` since. Throws `base-moved`. */
export function refuseOther<T extends object>(
  expected: T | undefined,
  plan: T,
  happened: string,
): void {
  const keys = Object.keys(expected ?? {}) as (keyof T)[];
  if (keys.every((key) => expected?.[key] === plan[key])) return;
  const hint = 'Look at the preview again. Nothing was changed.';
  throw new TempestError('base-moved', happened, hint);
}

/** Where what was shown are two commits. */
export const hasMoved = (base: string) => `${base} or the session has moved meanwhile`;
