// The review of a session: its files and hunks, with what the person has marked in them.
import type { Checkpoint } from '../review/checkpoints.ts';
import { diffFiles, statOf } from '../review/diff.ts';
import type { DiffFile } from '../review/diff-file.ts';
import { pageOf } from '../review/file-list.ts';
import { fileHunks, type Hunk } from '../review/hunks.ts';
import { createLately } from '../review/lately.ts';
import { markAccepted, markViewed, type View, viewsOf } from '../review/marks.ts';
import type { Deps } from './deps.ts';
import type { Compared, Sessions, Which } from './sessions.ts';
import type { Turns } from './turns.ts';

/** The two sides, and the number of the hunk or file with which a page begins. */
export interface SidesPage {
  base: string;
  tree: string;
  offset: number;
}

export type MarkedHunk = Omit<Hunk, 'old' | 'new'> & { accepted: boolean };

export interface FileName {
  path: string;
  /** Base64 of the exact bytes of the name, when it is not UTF-8. */
  rawPath?: string | null | undefined;
}

export interface Reviewing {
  /**
   * The files that differ, by default between the merge-base and the worktree as it is now: all of them, or
   * with `limit` or `page` so many at most. `total` counts all. With `known`, as it was last counted.
   */
  files(
    which: Which,
    what: Compared,
    o: {
      limit?: number | undefined;
      page?: SidesPage | undefined;
      known?: boolean | undefined;
      signal?: AbortSignal;
    },
  ): Promise<{
    base: string;
    tree: string;
    worktree: string;
    total: ReturnType<typeof statOf>;
    files: (DiffFile & { viewed: View })[];
    next: SidesPage | null;
  }>;
  /** The hunks of one file, a page at a time; of the two sides of `page` where it is given. */
  hunks(
    which: Which,
    what: Compared,
    o: FileName & { page?: SidesPage | undefined; signal?: AbortSignal },
  ): Promise<{ base: string; tree: string; hunks: MarkedHunk[]; next: SidesPage | null }>;
  view(which: Which, o: FileName & { blob: string; viewed: boolean }): Promise<void>;
  accept(which: Which, o: { hunks: string[]; accepted: boolean }): Promise<void>;
  /** Before hunks of a file are rejected: a checkpoint that has the file as it is in the snapshot `tree`. */
  keep(which: Which, o: FileName & { tree: string }): Promise<Checkpoint>;
}

/** Hunks in one answer. */
const pageSize = 2_000;
/** Hunks of a file and files of a difference that are kept for the pages that follow. */
const mostKept = 100_000;

export function createReviewing(
  deps: Pick<Deps, 'marks' | 'reviewChanged'>,
  sessions: Pick<Sessions, 'find' | 'compared'>,
  turns: Pick<Turns, 'beforeReject'>,
): Reviewing {
  const { marks } = deps;
  const lists = createLately<DiffFile[]>(1);
  const places = createLately<Omit<Hunk, 'old' | 'new'>[]>(1);
  return {
    async files(which, what, { limit, page, known, signal }) {
      const { record, base, tree, files } = page
        ? { record: await sessions.find(which), ...page, files: null }
        : await sessions.compared(which, what, { files: true, known });
      const { worktree, id } = record;
      const key = [worktree, base, tree].join(' ');
      const [all, marked] = await Promise.all([
        files ?? (page && lists.get(key)) ?? diffFiles({ cwd: worktree, base, tree, signal }),
        marks.get(id),
      ]);
      const viewOf = viewsOf(marked);
      const viewed = (some: DiffFile[]) => some.map((file) => ({ ...file, viewed: viewOf(file) }));
      const sides = { base, tree, worktree, total: statOf(all) };
      if (!page && limit === undefined) return { ...sides, files: viewed(all), next: null };
      const { items, next } = pageOf(all, page?.offset ?? 0, limit);
      if (next !== null && all.length <= mostKept) lists.put(key, all);
      return {
        ...sides,
        files: viewed(items),
        next: next === null ? null : { base, tree, offset: next },
      };
    },
    async hunks(which, what, { page, path, rawPath, signal }) {
      const { id, worktree } = await sessions.find(which);
      const { base, tree, offset } = page ?? {
        ...(await sessions.compared(which, what)),
        offset: 0,
      };
      const name = bytesOf({ path, rawPath });
      const key = [worktree, base, tree, name.toString('base64')].join(' ');
      const find = async () => {
        const found = await fileHunks({ cwd: worktree, base, tree, path: name, signal });
        return (found ?? []).map(({ old, new: _, ...hunk }) => hunk);
      };
      const [all, { accepted }] = await Promise.all([places.get(key) ?? find(), marks.get(id)]);
      const isAccepted = new Set(accepted);
      const end = offset + pageSize;
      const hunks = all
        .slice(offset, end)
        .map((hunk) => ({ ...hunk, accepted: isAccepted.has(hunk.id) }));
      if (end >= all.length) return { base, tree, hunks, next: null };
      if (all.length <= mostKept) places.put(key, all);
      return { base, tree, hunks, next: { base, tree, offset: end } };
    },
    async view(which, { path, rawPath = null, ...mark }) {
      const { id } = await sessions.find(which);
      await marks.change(id, (before) => markViewed(before, { path, rawPath, ...mark }));
      deps.reviewChanged(id);
    },
    async accept(which, { hunks, accepted }) {
      const { id } = await sessions.find(which);
      await marks.change(id, (before) => markAccepted(before, hunks, accepted));
      deps.reviewChanged(id);
    },
    async keep(which, { tree, ...name }) {
      const { id } = await sessions.find(which);
      return await turns.beforeReject(id, { tree, path: bytesOf(name) });
    },
  };
}

function bytesOf({ path, rawPath }: FileName): Buffer {
  return rawPath ? Buffer.from(rawPath, 'base64') : Buffer.from(path);
}
