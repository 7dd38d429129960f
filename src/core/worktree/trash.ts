// Takes a worktree out of use by renaming it: never what isn't proved to be the session's.
import { mkdir, readdir, readFile, realpath, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { connect } from './connect.ts';
import { adminFolder, isThere, listWorktrees, markerIn, samePlace } from './list.ts';
import { forgetGrowing } from './whole-copy.ts';

export interface TrashWorktree {
  root: string;
  worktree: string;
  session: string;
  /** On the worktree's file system. */
  trash: string;
}

/** Beside git's own `worktrees`, and as deep, so that relative paths in it stay right. */
export const trashedAdmins = 'tempest-trash';

/**
 * Renames the worktree into the trash, then unregisters it, and only it, by renaming its admin
 * folder (hazard 8). The trashed worktree still works with git. Repeated after a crash, it finishes.
 * @returns where it lies now, or null when there was nothing left to move.
 * @throws TempestError `wrong-state` unless git lists the path for this repository, its marker
 *   names the session, and nobody has locked it (hazards 2, 3).
 */
export async function trashWorktree(o: TrashWorktree): Promise<string | null> {
  const commonDir = await commonDirOf(o.root);
  if (await isThere(o.worktree)) {
    const admin = await proveOurs(o, commonDir);
    await mkdir(o.trash, { recursive: true });
    const target = await freePlace(o.trash, o.session);
    await forgetGrowing(o.worktree);
    await rename(o.worktree, target);
    await unregister(commonDir, admin, target);
    return target;
  }
  if (!(await isThere(dirname(o.worktree)))) {
    throw new TempestError(
      'io-failed',
      `${dirname(o.worktree)} is not there`,
      'If it is on a disk that is not mounted, mount it and try again.',
    );
  }
  return finish(o, commonDir);
}

/** The real path of the git folder that all worktrees of the repository share. */
export async function commonDirOf(root: string): Promise<string> {
  const args = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
  const answer = await gitTry(args, { cwd: root });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return realpath(answer.stdout.toString().replace(/\n$/, ''));
}

async function proveOurs(o: TrashWorktree, commonDir: string): Promise<string> {
  const refuse = (why: string, hint = 'It was left as it is.') =>
    new TempestError('wrong-state', `${o.worktree} ${why}`, hint);
  const admin = await adminFolder(o.worktree);
  if (!admin || (await realpath(dirname(admin))) !== join(commonDir, 'worktrees')) {
    throw refuse('is no worktree of this repository');
  }
  const listed = await listWorktrees(commonDir);
  const places = await Promise.all(listed.map((entry) => samePlace(entry.path, o.worktree)));
  const entry = listed[places.indexOf(true)];
  if (!entry) throw refuse('is not among the worktrees that git lists');
  if ((await markerIn(admin)) !== o.session) {
    throw refuse(`is not marked as session ${o.session}'s`);
  }
  if (entry.locked) {
    const reason = entry.lockReason ? ` (${entry.lockReason})` : '';
    const command = `git worktree unlock ${JSON.stringify(o.worktree)}`;
    throw refuse(`is locked${reason}`, `If it may go, unlock it first: ${command}`);
  }
  return realpath(admin);
}

async function freePlace(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? name : `${name}-${number}`);
    if (!(await isThere(path))) return path;
  }
}

/** The rename is the whole of it; the two pointers keep git working in the trash. */
export async function unregister(commonDir: string, admin: string, trashed: string | null) {
  const home = join(commonDir, trashedAdmins);
  await mkdir(home, { recursive: true });
  const target = await freePlace(home, trashed ? basename(trashed) : basename(admin));
  await rename(admin, target);
  if (trashed) await connect(target, trashed);
}

/** After a crash: the tree is in the trash already, or gone, and its admin folder may not be. */
async function finish(o: TrashWorktree, commonDir: string): Promise<string | null> {
  const trashed = await lastTrashed(o.trash, o.session);
  for (const name of await readdir(join(commonDir, 'worktrees')).catch(() => [])) {
    const admin = join(commonDir, 'worktrees', name);
    if ((await markerIn(admin)) !== o.session) continue;
    const place = (await readFile(join(admin, 'gitdir'), 'utf8').catch(() => '')).trimEnd();
    if (!(await samePlace(dirname(place), o.worktree))) continue;
    await unregister(commonDir, admin, trashed);
    return trashed;
  }
  if (trashed && !(await adminFolder(trashed))) {
    const admin = join(commonDir, trashedAdmins, basename(trashed));
    if ((await markerIn(admin)) === o.session) await connect(admin, trashed);
  }
  return trashed;
}

/** The newest of a session's trashed worktrees. */
export async function lastTrashed(trash: string, session: string): Promise<string | null> {
  const names = await readdir(trash).catch(() => []);
  const number = (name: string) => Number(name.slice(session.length + 1) || 1);
  const own = names
    .filter((name) => name === session || /^-\d+$/.test(name.replace(session, '')))
    .filter((name) => name.startsWith(session))
    .sort((a, b) => number(a) - number(b));
  const last = own.at(-1);
  return last ? join(trash, last) : null;
}
