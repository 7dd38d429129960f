// The files of a forked session, beside its commit.
import { plumbing } from '../worktree/plumbing.ts';
import type { Deps } from './deps.ts';

/** Puts into a forked session's fresh worktree what was not committed in the first. May be repeated. */
export async function fillFork(deps: Deps, id: string, signal?: AbortSignal): Promise<void> {
  const { fork, worktree, provisioned } = deps.table.get(id);
  if (!fork || provisioned) return;
  const run = plumbing({ cwd: worktree, signal });
  await run(['read-tree', '--reset', '-u', fork.tree]);
  await run(['read-tree', fork.commit]);
  // Tells with its exit code that there are changes, which is no error.
  await run(['update-index', '-q', '--refresh']).catch(() => undefined);
}
