// Takes a socket's path for one host only, and clears away what a dead one left there.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive } from '../core/process.ts';

/** Somebody listens there already. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

export interface SocketIdentity {
  inode: number;
  /** Removes the socket's file, if it's still ours. */
  release(): void;
}

const claimWithinMs = 10_000;
const retryMs = 20;
/** Servers of this process that have listened. */
let count = 0;

/**
 * Makes the server listen on `path`, 0600 in a 0700 folder.
 * @throws AlreadyRunning when another process listens there
 * @throws an Error when the folder is not ours alone, or can't be made
 */
export async function claimSocket(server: Server, path: string): Promise<SocketIdentity> {
  makePrivateFolder(dirname(path));
  const unlock = await lock(`${path}.lock`);
  try {
    if (await somebodyListens(path)) throw new AlreadyRunning(`another host listens on ${path}`);
    await listen(server, path);
    const inode = lstatSync(path).ino;
    const identity = {
      inode,
      release: () => isOurs(path, identity) && rmSync(path, { force: true }),
    };
    return identity;
  } finally {
    unlock();
  }
}

/** Whether the file at `path` is still the socket that was made there. */
export function isOurs(path: string, { inode }: { inode: number }): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.ino === inode;
}

/** A stale socket refuses at once, and a missing one isn't there: everything else counts as somebody. */
export function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const settle = (listens: boolean) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      settle(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
}

function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  const us = process.getuid?.();
  if (us !== undefined && uid !== us) throw new Error(`${folder} belongs to another user`);
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/**
 * Listens under another name first, and renames: what libuv unlinks when a server closes is that other name, and
 * never a socket that has taken its place. The socket is never there with other rights, not even for a moment.
 */
async function listen(server: Server, path: string): Promise<void> {
  count += 1;
  // Short: it must fit where the socket's own name does.
  const first = join(dirname(path), `.${process.pid.toString(36)}-${count}`);
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(first, () => {
        server.off('error', reject);
        resolve();
      });
    });
    renameSync(first, path);
  } finally {
    process.umask(mask);
  }
}

/**
 * Two hosts that find the same stale socket must not both clear it away, so that is done under a lock,
 * which is held for milliseconds. It names its holder: a dead one's is broken.
 */
async function lock(path: string): Promise<() => void> {
  const us = `${process.pid} ${identify(process.pid)?.startTime}`;
  const deadline = performance.now() + claimWithinMs;
  for (;;) {
    try {
      writeFileSync(path, us, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (performance.now() > deadline) throw new Error(`${path} is held by another process`);
    breakDeadLock(path);
    await delay(retryMs);
  }
}

function breakDeadLock(path: string): void {
  try {
    const { mtimeMs } = lstatSync(path);
    const [pid, startTime = ''] = readFileSync(path, 'utf8').split(' ');
    const dead = Number(pid) > 0 && !isAlive({ pid: Number(pid), startTime });
    // An empty one: its holder ended between making and writing it.
    const abandoned = !pid && Date.now() - mtimeMs > claimWithinMs / 2;
    if (dead || abandoned) rmSync(path, { force: true });
  } catch {
    // Gone meanwhile.
  }
}
