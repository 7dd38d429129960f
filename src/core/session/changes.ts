// Keeps each session's count of changed files and lines, at a cost that stays a small share of the time.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../git.ts';
import { diffStat, mergeBase } from '../review/diff.ts';
import { takeSnapshot } from '../snapshot.ts';
import { type Deps, scratchFolder } from './deps.ts';
import type { SessionRecord } from './record.ts';

export interface ChangeCounter {
  /** Something may have changed: count again soon. Cheap to call often. */
  touch(id: string): void;
  /** Counts now; gives the base and tree that were compared, or null without a worktree. */
  count(id: string): Promise<{ base: string; tree: string } | null>;
  /** Counts all sessions one after another, for a daemon that starts: what it finds recorded may be old. */
  countAll(): Promise<void>;
  stop(): void;
}

/** Between two counts of one session pass at least this many ms… */
const shortestPause = 1_000;
/** …and this many times as long as the last one took. */
const restFactor = 10;

export function createChangeCounter(deps: Pick<Deps, 'places' | 'table' | 'log'>): ChangeCounter {
  const timers = new Map<string, NodeJS.Timeout>();
  const nextAt = new Map<string, number>();
  const running = new Map<string, Promise<{ base: string; tree: string } | null>>();

  let stopped = false;

  const report = (id: string) => (error: unknown) =>
    deps.log(`could not count the changes of ${id}: ${error}`);
  /** Counts of one session never overlap, since they share its private index. */
  const count = (id: string) => {
    const run = (running.get(id) ?? Promise.resolve(null))
      .catch(() => null)
      .then(() => countNow(id));
    running.set(id, run);
    const clear = () => running.get(id) === run && running.delete(id);
    run.then(clear, clear);
    return run;
  };
  const countNow = async (id: string) => {
    if (!deps.table.has(id)) return null;
    const record = deps.table.get(id);
    if (record.removed || !existsSync(record.worktree)) return null;
    const began = performance.now();
    const folder = scratchFolder(deps, record);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const [tree, base] = await Promise.all([
      takeSnapshot({ worktree: record.worktree, indexFile: join(folder, 'index') }),
      leftSide(record),
    ]);
    if (record.changes?.tree !== tree) {
      const stat = await diffStat({ root: record.worktree, base, tree });
      if (deps.table.has(id)) await deps.table.update(id, { changes: { ...stat, tree } });
    }
    const took = performance.now() - began;
    nextAt.set(id, performance.now() + Math.max(shortestPause, took * restFactor));
    return { base, tree };
  };

  return {
    count,
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
        count(id).catch(report(id));
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
  const refs = [`refs/heads/${base.ref}`, `refs/remotes/${base.ref}`];
  const found = await git(['for-each-ref', '--format=%(objectname)', ...refs], { cwd: worktree });
  return await mergeBase(worktree, found.split('\n')[0] || base.commit);
}
