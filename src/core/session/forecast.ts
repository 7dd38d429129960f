// The conflict forecast: which sessions of a repository would conflict with each other, or with their
// base, if they were merged as they are. What hasn't changed is not asked again.
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { TempestError } from '../errors.ts';
import { commitOf, conflictingFiles } from '../review/conflicts.ts';
import { baseTip } from '../worktree/base-tip.ts';
import { idOf, plumbing } from '../worktree/plumbing.ts';
import type { ChangeCounter } from './changes.ts';
import type { Deps } from './deps.ts';
import { hasLanded } from './landed.ts';
import type { SessionRecord } from './record.ts';

interface Pair {
  /** The session's id. */
  session: string;
  /** The other session's id; null: the branch that the session is based on. */
  with: string | null;
}

export interface Conflict extends Pair {
  files: string[];
}

/** A pair of which nothing can be said. */
export interface Incomparable extends Pair {
  reason: string;
}

export interface Outlook {
  conflicts: Conflict[];
  incomparable: Incomparable[];
}

export interface Forecast {
  /**
   * All conflicts among the live sessions of a repository that have not landed. `root` is its main worktree. With `again` only the worktrees
   * of these sessions are looked at, besides those that never were; of the others what was found last time counts.
   */
  of(
    root: string,
    o?: { again?: ReadonlySet<string>; signal?: AbortSignal | undefined },
  ): Promise<Outlook>;
}

/** A session's work as one commit; or why it could not be read. */
type Work =
  | { id: string; problem: null; commit: string }
  | { id: string; problem: Error; commit?: undefined };

/** More than this many answers are not remembered: they are a hundred bytes each. */
const mostRemembered = 20_000;

export function createForecast(
  deps: Pick<Deps, 'table'>,
  changes: Pick<ChangeCounter, 'count'>,
): Forecast {
  const known = new Map<string, string[]>();
  // A program that starts holds up this one for a moment: of many at once, events and keys would wait for all.
  const few = pLimit(availableParallelism());

  /** The order of the two doesn't matter for which files conflict. */
  const ask = async (cwd: string, a: string, b: string, signal?: AbortSignal) => {
    const key = [a, b].sort().join(' ');
    const before = known.get(key);
    if (before) return before;
    const files = a === b ? [] : await conflictingFiles(cwd, a, b, signal);
    if (known.size >= mostRemembered) known.clear();
    known.set(key, files);
    return files;
  };
  const works = new Map<string, Work | null>();
  const isGone = (id: string) => !deps.table.has(id) || deps.table.get(id).removed !== null;

  /** Null without a worktree. */
  const workOf = async ({ id, worktree }: SessionRecord): Promise<Work | null> => {
    try {
      const counted = await changes.count(id);
      if (!counted) return null;
      const merging = deps.table.get(id).unfinished === 'merge';
      const commit = await commitOf(worktree, counted.tree, { merging });
      if (!commit) return { id, problem: new Error('there is no commit yet') };
      return { id, problem: null, commit };
    } catch (error) {
      return { id, problem: problemOf(error) };
    }
  };
  const look = async (record: SessionRecord, again: ReadonlySet<string> | undefined) => {
    const { id, repo } = record;
    const last = again === undefined || again.has(id) ? null : works.get(id);
    // No ref holds it: a clean-up of the repository may have taken it.
    const commit =
      last?.problem === null && (await idOf(plumbing({ cwd: repo }), `${last.commit}^{commit}`));
    const work = last && commit ? last : await workOf(record);
    works.set(id, work);
    return work;
  };

  return {
    async of(root, { again, signal } = {}) {
      const live = deps.table.all().filter(({ repo, removed }) => repo === root && !removed);
      for (const id of works.keys()) if (isGone(id)) works.delete(id);
      const refs = [...new Set(live.map(({ base }) => base.ref))];
      const [looked, tips] = await Promise.all([
        Promise.all(live.map((record) => few(() => look(record, again)))),
        Promise.all(refs.map(async (ref) => [ref, await baseTip(root, ref)] as const)),
      ]);
      const tipOf = new Map(tips);
      const baseOf = new Map(live.map(({ id, base }) => [id, tipOf.get(base.ref) ?? base.commit]));
      const there = looked.filter((work) => work !== null);
      const outlook: Outlook = { conflicts: [], incomparable: [] };
      const landed = new Map<string, Promise<boolean>>();
      const recordOf = (work: Work) => live.find(({ id }) => id === work.id) as SessionRecord;
      const isLanded = (work: Work) => {
        const { id, commit = '' } = work;
        const tip = baseOf.get(id) ?? '';
        const found = landed.get(id) ?? hasLanded(root, recordOf(work), { commit, tip });
        landed.set(id, found);
        return found;
      };
      /** What the base has is told as a conflict with the base, once. */
      const isOfBase = async (one: Work, other: Work | null) => {
        if (!other) return await isLanded(one);
        if (recordOf(one).base.ref !== recordOf(other).base.ref) return false;
        return (await isLanded(one)) || (await isLanded(other));
      };
      const compare = async (one: Work, other: Work | null) => {
        const pair = { session: one.id, with: other?.id ?? null };
        try {
          if (one.problem) throw one.problem;
          if (other?.problem) throw other.problem;
          const theirs = other?.commit ?? baseOf.get(one.id) ?? '';
          const files = await ask(root, one.commit, theirs, signal);
          if (files.length === 0 || (await isOfBase(one, other))) return;
          outlook.conflicts.push({ ...pair, files });
        } catch (error) {
          // It says nothing of the other pairs.
          outlook.incomparable.push({ ...pair, reason: problemOf(error).message });
        }
      };
      for (const [index, one] of there.entries()) {
        await compare(one, null);
        for (const other of there.slice(index + 1)) await compare(one, other);
      }
      return outlook;
    },
  };
}

/** Throws what ends the whole: that the caller has given up. */
function problemOf(error: unknown): Error {
  if (error instanceof TempestError && error.kind === 'cancelled') throw error;
  return error instanceof Error ? error : new Error(String(error));
}
