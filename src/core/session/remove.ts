// Removes a session: its work is kept under a ref, its worktree goes to the trash, its branch last.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TempestError } from '../errors.ts';
import { git } from '../git.ts';
import { assessWork, dropBranch, emptyTrash, keepWork, trashWorktree } from '../worktree/remove.ts';
import { endAgent } from './close.ts';
import { type Deps, scratchFolder } from './deps.ts';
import { learnConversation } from './launch.ts';
import { refuseDisconnected } from './no-worktree.ts';
import { closedAt, type SessionRecord } from './record.ts';

/** How long a removed session can be restored. */
export const keptMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Removes the session. Without `force`, work that is nowhere else is a reason to refuse
 * (`unsaved-work`); with it, that work can be restored for 30 days. `ending` is waited for when nothing is in the way any more.
 */
export async function removeSession(
  deps: Deps,
  id: string,
  { force, ending }: { force: boolean; ending?: () => Promise<void> },
): Promise<void> {
  refuseDisconnected(deps.table.get(id));
  if (!force) await refuseUnsaved(deps, id);
  await ending?.();
  await deps.table.update(id, { task: 'remove' });
  await deps.onStep('remove:recorded');
  try {
    await finishRemoval(deps, id);
  } catch (error) {
    // Nothing was moved: it was told, and is not done behind the person's back at the next start.
    if (existsSync(deps.table.get(id).worktree)) await deps.table.note(id, { task: null });
    throw error;
  }
}

/** Takes a removal to its end, from wherever it stopped. */
export async function finishRemoval(deps: Deps, id: string): Promise<void> {
  await learnConversation(deps, id);
  await endAgent(deps, id);
  await deps.onStep('remove:ended');
  const kept = await keep(deps, id);
  await deps.table.update(id, { kept });
  await deps.onStep('remove:kept');

  const record = deps.table.get(id);
  const trash = await trashWorktree({
    root: record.repo,
    worktree: record.worktree,
    session: id,
    trash: trashFolder(record.worktree),
  });
  await deps.onStep('remove:trashed');
  if (!record.adopted) await dropRecordedBranch(record.repo, record.branch);
  await deps.onStep('remove:branch');
  await deps.table.update(id, {
    ...closedAt(deps.now()),
    trash: trash ?? record.trash,
    removed: { at: deps.now(), expiresAt: deps.now() + keptMs },
  });
  await deps.listening.forget(id).catch((error) => deps.log(`the spool of ${id}: ${error}`));
  await deps.onStep('remove:done');
  void sweepTrash(deps, id);
}

/** Deletes the trashed folder in the background; what must stay a while is tried again: see sweep.ts. */
export async function sweepTrash(deps: Deps, id: string): Promise<void> {
  const record = deps.table.get(id);
  if (!record.removed || !record.trash) return;
  try {
    const isOver = record.removed.expiresAt <= deps.now();
    const gone = await emptyTrash(record.trash, isOver);
    if (gone && deps.table.has(id)) await deps.table.update(id, { trash: null });
  } catch (error) {
    deps.log(`could not empty ${record.trash}: ${error}`);
  }
}

/** Beside the worktrees, so that a rename is all it takes. */
export function trashFolder(worktree: string): string {
  return join(dirname(worktree), '.trash');
}

async function refuseUnsaved(deps: Deps, id: string): Promise<void> {
  const record = deps.table.get(id);
  if (!existsSync(record.worktree)) return refuseMissing(record);
  const { uncommitted, unfinished, unmerged } = await assessWork(record);
  const parts = [
    uncommitted > 0 && `${uncommitted} uncommitted ${uncommitted === 1 ? 'file' : 'files'}`,
    unmerged > 0 && `${unmerged} ${unmerged === 1 ? 'commit' : 'commits'} on no other branch`,
    ...unfinished.map((what) => `an unfinished ${what}`),
  ].filter((part) => part !== false);
  const last = parts.pop();
  if (last === undefined) return;
  const all = parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
  throw new TempestError(
    'unsaved-work',
    `${record.name} has ${all}`,
    'Remove it all the same: `tempest remove --force`, `:TempestRemove!`. It can be restored for 30 days.',
  );
}

/** Somebody may have moved it: what is uncommitted in it would be kept nowhere. */
function refuseMissing({ name, worktree, changes }: SessionRecord): void {
  if (!changes || changes.files === 0) return;
  throw new TempestError(
    'unsaved-work',
    `the worktree of ${name}, ${worktree}, is not there: what was not committed in it can't be kept`,
    'Move it back, or mount its disk. If it is gone for good: `tempest remove --force`, `:TempestRemove!`.',
  );
}

/** The commit that holds the work: a new one while the worktree is there, else what was kept before. */
async function keep(deps: Deps, id: string): Promise<string | null> {
  const record = deps.table.get(id);
  if (existsSync(record.worktree)) {
    return await keepWork({
      worktree: record.worktree,
      session: id,
      indexFile: join(scratchFolder(deps, record), 'index'),
      branch: record.branch,
    });
  }
  if (record.kept) return record.kept;
  const tip = await branchTip(record.repo, record.branch);
  if (tip) await git(['update-ref', `refs/tempest/removed/${id}`, tip], { cwd: record.repo });
  return tip;
}

async function dropRecordedBranch(root: string, branch: string): Promise<void> {
  const expected = await branchTip(root, branch);
  if (expected) await dropBranch({ root, branch, expected });
}

async function branchTip(root: string, branch: string): Promise<string | null> {
  const out = await git(['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`], {
    cwd: root,
  });
  return out.trim() || null;
}
