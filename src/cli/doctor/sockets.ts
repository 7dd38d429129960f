// What dead processes leave in the runtime folder: sockets that nobody listens at.
import { lstat, unlink } from 'node:fs/promises';
import { createConnection } from 'node:net';
import type { Finding } from '../../core/doctor/finding.ts';
import { problem } from '../../core/doctor/finding.ts';
import { placesFrom } from '../../core/places.ts';
import { lockHolder } from '../../rpc/lock.ts';
import type { Check } from './finding.ts';

export const checkSockets: Check = async ({ env, repair }) => {
  const { daemonSocket, daemonLock, hostSocket } = placesFrom(env);
  // Who holds the lock is about to listen, or to leave: its socket is its own affair.
  const daemon = lockHolder(daemonLock) === null ? [daemonSocket] : [];
  return (
    await Promise.all([...daemon, hostSocket].map((path) => checkSocket(path, repair)))
  ).flat();
};

async function checkSocket(path: string, repair: boolean): Promise<Finding[]> {
  const before = await lstat(path).catch(() => null);
  if (!before || (await answers(path))) return [];
  const now = await lstat(path).catch(() => null);
  // Another process may just have put its own in its place.
  const same = now?.ino === before.ino && now.ctimeMs === before.ctimeMs;
  if (repair && same) await unlink(path).catch(() => {});
  const remedy = repair ? 'Removed.' : 'The next start replaces it; --repair removes it.';
  const text = `Nobody listens at ${path}, left by a process that crashed`;
  return [{ ...problem(text, remedy), mendable: !repair, repaired: repair }];
}

/** True unless the system says that nobody listens there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'));
  });
}
