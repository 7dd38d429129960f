// Where to look: the repositories and worktree folders that records name, and those found on disk.
import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { adminFolder, markerIn } from '../worktree/list.ts';
import type { Scene } from './finding.ts';

/** Git folders of all repositories that have, or had, sessions; also of those whose records are lost. */
export async function gitFolders(scene: Scene): Promise<string[]> {
  const named = scene.deps.table.all().map(({ commonDir }) => commonDir);
  const found = (await worktreesOnDisk(scene)).map(({ admin }) => dirname(dirname(admin)));
  const real = await Promise.all(
    [...named, ...found].map((path) => realpath(path).catch(() => '')),
  );
  return [...new Set(real.filter(Boolean))];
}

/** The folders in which the worktrees of one repository lie side by side. */
export async function worktreeFolders({ deps }: Scene): Promise<string[]> {
  const { worktrees } = await deps.config();
  const home = worktrees ?? deps.places.worktrees;
  const found = (await folders(home)).map((name) => join(home, name));
  const named = deps.table.all().map(({ worktree }) => dirname(worktree));
  return [...new Set([...found, ...named])];
}

async function worktreesOnDisk(scene: Scene): Promise<{ path: string; admin: string }[]> {
  const found: { path: string; admin: string }[] = [];
  for (const folder of await worktreeFolders(scene)) {
    for (const name of await folders(folder)) {
      const path = join(folder, name);
      const admin = await adminFolder(path);
      if (admin && !name.startsWith('.')) found.push({ path, admin });
    }
  }
  return found;
}

/** A worktree that git has registered and that bears the mark of a session. */
export interface Registered {
  session: string;
  admin: string;
  path: string;
  isThere: boolean;
  locked: boolean;
}

/** All of one repository, read from git's own files, since git forgets to list what is half gone. */
export async function registeredWorktrees(gitFolder: string): Promise<Registered[]> {
  const found: Registered[] = [];
  for (const name of await folders(join(gitFolder, 'worktrees'))) {
    const admin = join(gitFolder, 'worktrees', name);
    const session = await markerIn(admin);
    const pointer = await readFile(join(admin, 'gitdir'), 'utf8').catch(() => '');
    if (!session || !pointer) continue;
    const path = dirname(pointer.replace(/\r?\n$/, ''));
    const [isThere, locked] = await Promise.all([exists(path), exists(join(admin, 'locked'))]);
    found.push({ session, admin, path, isThere, locked });
  }
  return found;
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Names of the folders in a folder; none where there is nothing. */
export async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
