// The folders that Tempest writes to: there, writable, with room left, and private where they must be.
import { constants } from 'node:fs';
import { access, chmod, lstat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from '../../core/doctor/finding.ts';
import { problem } from '../../core/doctor/finding.ts';
import { placesFrom } from '../../core/places.ts';
import type { Check } from './finding.ts';

/** Below this a commit or a log line may fail at any moment. Bytes. */
const leastSpace = 100 * 1024 * 1024;

/** Others could take over the sockets in a folder that they own or can write to. */
export const checkRuntimeFolder: Check = async ({ env, repair }) => {
  const { runtime } = placesFrom(env);
  const found = await lstat(runtime).catch(() => null);
  if (!found) return [];
  if (!found.isDirectory()) {
    return [problem(`${runtime} is not a folder`, 'Move it away: the sockets need the place.')];
  }
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user) {
    const remedy = 'Set XDG_RUNTIME_DIR to a folder that is yours alone.';
    return [problem(`${runtime} belongs to another user (${found.uid})`, remedy)];
  }
  if ((found.mode & 0o077) === 0) return [];
  if (repair) await chmod(runtime, 0o700);
  const mode = (found.mode & 0o777).toString(8);
  const finding = problem(`${runtime} is open to other users (${mode})`, 'chmod 700');
  return [{ ...finding, mendable: !repair, repaired: repair }];
};

export const checkHome: Check = async ({ env }) => {
  const home = env.HOME;
  if (!home) return [problem('HOME is not set', 'Set it: agents keep their conversations there.')];
  if (await isWritable(home)) return [];
  return [problem(`${home} (HOME) is not writable`, 'Agents keep their conversations there.')];
};

export const checkState: Check = async ({ env }) => {
  const places = placesFrom(env);
  const folders = [
    { what: 'session records', path: places.sessions, variable: 'XDG_STATE_HOME' },
    { what: 'worktrees', path: places.worktrees, variable: 'XDG_DATA_HOME' },
  ];
  return (await Promise.all(folders.map(checkFolder))).flat();
};

interface Folder {
  what: string;
  path: string;
  /** Moves it elsewhere. */
  variable: string;
}

async function checkFolder({ what, path, variable }: Folder): Promise<Finding[]> {
  const existing = await nearestExisting(path);
  if (!(await isWritable(existing))) {
    const remedy = `Make it writable, or set ${variable} to a folder that is.`;
    return [problem(`${existing}, which is to hold the ${what}, is not writable`, remedy)];
  }
  const { bavail, bsize, files, ffree } = await statfs(existing);
  const free = bavail * bsize;
  const remedy = `Make room, or set ${variable} to a folder on another disk.`;
  if (free < leastSpace) {
    const megabytes = Math.floor(free / 1024 / 1024);
    return [problem(`Only ${megabytes} MB are left for the ${what} in ${existing}`, remedy)];
  }
  const noInodes = files > 0 && ffree === 0;
  return noInodes ? [problem(`No inode is left for the ${what} in ${existing}`, remedy)] : [];
}

async function nearestExisting(path: string): Promise<string> {
  const found = await lstat(path).catch(() => null);
  return found || path === dirname(path) ? path : nearestExisting(dirname(path));
}

/** As the kernel sees it, a file system mounted read-only included. */
async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
