// Brings a removed session back: branch, worktree, uncommitted and untracked files, conversation.
import { existsSync } from 'node:fs';
import { TempestError } from '../errors.ts';
import { freeName } from '../worktree/name.ts';
import { restoreWorktree } from '../worktree/restore.ts';
import type { Deps, Launching } from './deps.ts';
import { repoOf } from './plan.ts';
import { provision } from './provision.ts';
import { trashFolder } from './remove.ts';

/** Restores the session as `closed`; opening it resumes the conversation. */
export async function restoreSession(deps: Deps, id: string, launching: Launching): Promise<void> {
  const record = deps.table.get(id);
  if (!record.removed || !record.kept) {
    throw new TempestError(
      'nothing-to-restore',
      `${record.name} was not removed`,
      'See `tempest list --removed`, `:TempestRestore`.',
    );
  }
  await deps.table.update(id, { task: 'restore' });
  await deps.onStep('restore:recorded');
  await finishRestore(deps, id, launching);
}

/** Takes a restore to its end, from wherever it stopped. */
export async function finishRestore(deps: Deps, id: string, launching: Launching): Promise<void> {
  try {
    await bringBack(deps, id, launching);
  } catch (error) {
    await deps.table.update(id, { task: null });
    throw error;
  }
  await deps.onStep('restore:worktree');
  const record = deps.table.get(id);
  const others = deps.table
    .all()
    .filter((other) => other.id !== id && other.repo === record.repo && !other.removed);
  const name = freeName(record.name, (wanted) => others.some((other) => other.name === wanted));
  await deps.table.update(id, {
    name,
    task: null,
    status: 'closed',
    statusAt: deps.now(),
    removed: null,
    trash: record.trash && existsSync(record.trash) ? record.trash : null,
    provisioned: false,
    changes: null,
  });
  await deps.onStep('restore:done');
  await carryFilesAgain(deps, id, launching);
}

/** The branch's name may have been taken meanwhile: then it comes back under another. */
async function bringBack(deps: Deps, id: string, launching: Launching): Promise<void> {
  const repo = await repoOf(deps.table.get(id));
  const refused = new Set<string>();
  for (;;) {
    const { worktree, branch, adopted, base } = deps.table.get(id);
    try {
      await restoreWorktree({
        repo,
        path: worktree,
        branch,
        adopted,
        session: id,
        base,
        trash: trashFolder(worktree),
        ...(launching.signal && { signal: launching.signal }),
      });
      return;
    } catch (error) {
      if (!(error instanceof TempestError) || error.kind !== 'branch-exists' || refused.size > 50)
        throw error;
      refused.add(branch);
      await deps.table.update(id, { branch: freeName(branch, (wanted) => refused.has(wanted)) });
    }
  }
}

/** Ignored files such as `.env` are in no snapshot: they are carried over anew. A failing setup is no reason to fail. */
async function carryFilesAgain(deps: Deps, id: string, launching: Launching): Promise<void> {
  try {
    await provision(deps, id, launching);
  } catch (error) {
    deps.log(`restored ${id}, but could not provision it: ${error}`);
  }
}
