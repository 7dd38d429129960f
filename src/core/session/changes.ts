// Keeps each session's count of changed files and lines, at a cost that stays a small share of the time.
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { diffFiles, mergeBase, statOf } from '../review/diff.ts';
import type { DiffFile } from '../review/diff-file.ts';
import { isThere } from '../review/seen.ts';
import { takeSnapshot } from '../snapshot.ts';
import { baseTip } from '../worktree/base-tip.ts';
import { unfinishedIn } from '../worktree/unfinished.ts';
import { type Deps, scratchFolder } from './deps.ts';
import { hasWorktree } from './no-worktree.ts';
import type { SessionRecord } from './record.ts';

/** The two sides that were compared. */
export interface Counted {
  base: string;
  tree: string;
  /** What differs, where it was asked for or had to be found out. */
  files: DiffFile[] | null;
}

export interface ChangeCounter {
  /** Something may have changed: count again soon. Cheap to call often. */
  touch(id: string): void;
  /** Counts now; gives the base and tree that were compared, or null without a worktree. */
  count(id: string, o?: { files: boolean }): Promise<Counted | null>;
  /** What was counted last, without a look at the files; null where nothing was, or it is gone. */
  known(id: string): Promise<Counted | null>;
  /** Counts all sessions one after another, for a daemon that starts: what it finds recorded may be old. */
  countAll(): Promise<void>;
  stop(): void;
}

/** Between two counts of one session pass at least this many ms… */
const shortestPause = 1_000;
/** …and this many times as long as the last one took. */
const restFactor = 10;

/** Told where somebody has deleted it, or its disk is not mounted. */
const away = 'its worktree is not there';

export function createChangeCounter(deps: Pick<Deps, 'places' | 'table' | 'log'>): ChangeCounter {
  const timers = new Map<string, NodeJS.Timeout>();
  const nextAt = new Map<string, number>();
  const running = new Map<string, Promise<Counted | null>>();
  /** What was on the left side when a session was counted last. */
  const bases = new Map<string, string>();

  /** What nobody waits for leaves the processors, and this program's own time, to what somebody does. */
  const few = pLimit(availableParallelism());
  let stopped = false;

  const report = (id: string) => (error: unknown) =>
    deps.log(`could not count the changes of ${id}: ${error}`);
  /** Counts of one session never overlap, since they share its private index. */
  const count = (id: string, { files = false } = {}) => {
    const run = (running.get(id) ?? Promise.resolve(null))
      .catch(() => null)
      .then(() => countNow(id, files));
    running.set(id, run);
    const clear = () => running.get(id) === run && running.delete(id);
    run.then(clear, clear);
    return run;
  };
  const note = async ({ id, notice }: SessionRecord, isHere: boolean) => {
    if (!isHere && notice === '') await deps.table.update(id, { notice: away });
    if (isHere && notice === away) await deps.table.update(id, { notice: '' });
  };
  const countNow = async (id: string, wantsFiles: boolean): Promise<Counted | null> => {
    if (!deps.table.has(id)) return null;
    const record = deps.table.get(id);
    if (record.removed) {
      bases.delete(id);
      return null;
    }
    const isHere = hasWorktree(record);
    if (record.status !== 'creating') await note(record, isHere);
    if (!isHere) return null;
    const began = performance.now();
    const folder = scratchFolder(deps, record);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { worktree: cwd, changes: last } = record;
    const left = leftSide(record);
    // Mostly nothing is new: what differed last time is listed meanwhile.
    const expected =
      last && wantsFiles ? left.then((base) => diffFiles({ cwd, base, tree: last.tree })) : null;
    expected?.catch(() => null);
    const [tree, base, unfinished] = await Promise.all([
      takeSnapshot({ worktree: cwd, indexFile: join(folder, 'index') }),
      left,
      unfinishedIn(cwd),
    ]);
    // A merge moves the base to where the session is.
    const isNew = last?.tree !== tree || bases.get(id) !== base;
    bases.set(id, base);
    const files = isNew ? await diffFiles({ cwd, base, tree }) : await expected;
    const changes = files ? { changes: { ...statOf(files), tree } } : {};
    const operation = unfinished?.operation ?? null;
    if (deps.table.has(id)) await deps.table.update(id, { ...changes, unfinished: operation });
    const took = performance.now() - began;
    nextAt.set(id, performance.now() + Math.max(shortestPause, took * restFactor));
    return { base, tree, files };
  };

  return {
    count,
    async known(id) {
      if (!deps.table.has(id)) return null;
      const record = deps.table.get(id);
      const tree = record.changes?.tree;
      if (record.removed || !tree || !hasWorktree(record)) return null;
      const [base, isHere] = await Promise.all([leftSide(record), isThere(record.worktree, tree)]);
      return isHere ? { base, tree, files: null } : null;
    },
    async countAll() {
      for (const { id } of deps.table.all()) {
        if (stopped) return;
        await count(id).catch(report(id));
      }
    },
    touch(id) {
      if (timers.has(id)) return;
      const wait = Math.max(100, (nextAt.get(id) ?? 0) - performance.now());
      const timer = setTimeout(() => {
        timers.delete(id);
        few(() => count(id)).catch(report(id));
      }, wait);
      timer.unref();
      timers.set(id, timer);
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Where the worktree left its base, which may have moved on, or be gone: then the commit it was. */
async function leftSide({ worktree, base }: SessionRecord): Promise<string> {
  return await mergeBase(worktree, (await baseTip(worktree, base.ref)) ?? base.commit);
}
