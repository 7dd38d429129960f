// Takes a worktree back out of the trash, whole, by the same two renames that put it there.
import { lstat, mkdir, realpath, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { connect } from './connect.ts';
import { adminFolder, markerIn } from './list.ts';
import type { Repo } from './repo.ts';
import { lastTrashed, trashedAdmins } from './trash.ts';

export interface TakeFromTrash {
  repo: Repo;
  path: string;
  session: string;
  trash?: string | undefined;
}

/**
 * Moves the session's last trashed worktree back to its path and registers it again.
 * Repeated after a crash, it finishes.
 * @returns false when there is none, or when it can't be proved to be the session's.
 */
export async function takeFromTrash(o: TakeFromTrash): Promise<boolean> {
  const there = (await lstat(o.path).catch(() => null)) !== null;
  const trashed = o.trash && !there ? await lastTrashed(o.trash, o.session) : null;
  const from = there ? o.path : trashed;
  const admin = from && (await trashedAdminOf(o, from));
  if (!from || !admin) return false;
  if (!there) {
    await mkdir(dirname(o.path), { recursive: true });
    // It may be gone by now, since the trash is emptied in the background.
    if (!(await renamed(from, o.path))) return false;
  }
  const worktrees = join(o.repo.commonDir, 'worktrees');
  await mkdir(worktrees, { recursive: true });
  const target = await freeName(worktrees, basename(o.path));
  await connect(admin, o.path);
  await rename(admin, target);
  await connect(target, o.path);
  return true;
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function trashedAdminOf(o: TakeFromTrash, worktree: string): Promise<string | null> {
  const admin = await adminFolder(worktree);
  if (!admin || (await markerIn(admin)) !== o.session) return null;
  const home = await realpath(dirname(admin)).catch(() => '');
  return home === join(o.repo.commonDir, trashedAdmins) ? admin : null;
}

async function freeName(folder: string, name: string): Promise<string> {
  for (let number = 0; ; number++) {
    const path = join(folder, number === 0 ? name : `${name}${number}`);
    if (!(await lstat(path).catch(() => null))) return path;
  }
}
