// The conflict forecast: which sessions of a repository would conflict with each other, or with their
// base, if they were merged as they are. Renewed after each turn; what hasn't changed is not asked again.
import { commitOf, conflictingFiles } from '../review/conflicts.ts';
import { idOf, plumbing } from '../worktree/plumbing.ts';
import type { ChangeCounter } from './changes.ts';
import type { Deps } from './deps.ts';
import type { SessionRecord } from './record.ts';

export interface Conflict {
  /** The session's id. */
  session: string;
  /** The other session's id; null: the branch that the session is based on. */
  with: string | null;
  files: string[];
}

export interface Forecast {
  /** All conflicts among the live sessions of a repository. `root` is its main worktree. */
  of(root: string, signal?: AbortSignal): Promise<Conflict[]>;
}

/** More than this many answers are not remembered: they are a hundred bytes each. */
const mostRemembered = 20_000;

export function createForecast(
  deps: Pick<Deps, 'table'>,
  changes: Pick<ChangeCounter, 'count'>,
): Forecast {
  const known = new Map<string, string[]>();

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
  const workOf = async (record: SessionRecord) => {
    const counted = await changes.count(record.id);
    if (!counted) return null;
    const run = plumbing({ cwd: record.worktree });
    const [head, base] = await Promise.all([
      idOf(run, 'HEAD^{commit}'),
      idOf(run, `refs/heads/${record.base.ref}^{commit}`),
    ]);
    if (!head) return null;
    const commit = await commitOf(record.worktree, { tree: counted.tree, head });
    return { id: record.id, commit, base: base ?? record.base.commit };
  };

  return {
    async of(root, signal) {
      const live = deps.table.all().filter(({ repo, removed }) => repo === root && !removed);
      const works = (await Promise.all(live.map(workOf))).filter((work) => work !== null);
      const found: Conflict[] = [];
      for (const [index, one] of works.entries()) {
        const against = await ask(root, one.commit, one.base, signal);
        if (against.length > 0) found.push({ session: one.id, with: null, files: against });
        for (const other of works.slice(index + 1)) {
          const files = await ask(root, one.commit, other.commit, signal);
          if (files.length > 0) found.push({ session: one.id, with: other.id, files });
        }
      }
      return found;
    },
  };
}
