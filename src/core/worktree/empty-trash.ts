// Deletes a trashed worktree for good, once nobody works in it and nothing in it would be lost.
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { takeSnapshot } from '../snapshot.ts';
import { keepWork } from './keep.ts';
import { readKept } from './kept.ts';
import { adminFolder, isThere, listWorktrees, markerOf } from './list.ts';
import { nestedWork } from './nested.ts';
import { occupants } from './occupants.ts';
import { plumbing } from './plumbing.ts';
import { lastTrashed, trashedAdmins } from './trash.ts';

/**
 * Deletes what `trashWorktree` left at `path`. What was written there after the work was kept, by a
 * process that was not ended, is kept first.
 * @param force deletes also what holds nested work, after its 30 days.
 * @returns false, and leaves it, while a process works inside, or while a nested repository or a
 *   submodule in it has work that no snapshot holds; true when it is gone.
 */
export async function emptyTrash(path: string, force = false): Promise<boolean> {
  // Renamed first, so that nobody can take a tree out of the trash that is half deleted.
  const doomed = join(dirname(path), `.gone-${basename(path)}`);
  await deleteAll(doomed);
  if (!(await isThere(path))) return true;
  if ((await occupants(path)).length > 0) return false;
  const found = await adminFolder(path);
  const admin = await trashedAdmin(path);
  // Registered again, or never trashed: not ours to delete.
  if (found && !admin) return false;
  if (admin && !force) {
    if (!(await keepLateWork(path, admin)) || (await nestedWork(path, admin))) return false;
  }
  await rename(path, doomed);
  await deleteAll(doomed);
  return true;
}

async function deleteAll(path: string): Promise<void> {
  const admin = await trashedAdmin(path);
  const options = { recursive: true, force: true, maxRetries: 3 };
  if (admin) await rm(admin, options);
  await rm(path, options);
}

async function trashedAdmin(path: string): Promise<string | null> {
  const admin = await adminFolder(path);
  return admin && basename(dirname(admin)) === trashedAdmins ? admin : null;
}

/** False when there is something that can't be kept. */
async function keepLateWork(path: string, admin: string): Promise<boolean> {
  const session = await markerOf(path);
  if (!session || (await lastTrashed(dirname(path), session)) !== path) return true;
  const run = plumbing({ cwd: path });
  const kept = await readKept(run, session).catch(() => null);
  if (!kept || (await isLive(path, session))) return true;
  const indexFile = join(admin, 'tempest-index');
  const tree = await takeSnapshot({ worktree: path, indexFile, strict: true }).catch(() => null);
  if (tree === null || tree === kept.tree) return tree !== null;
  const { branch } = kept.meta;
  await keepWork({ worktree: path, session, indexFile, branch, before: kept.meta });
  return true;
}

async function isLive(path: string, session: string): Promise<boolean> {
  for (const worktree of await listWorktrees(path)) {
    if ((await markerOf(worktree.path)) === session) return true;
  }
  return false;
}
