// The daemon's socket: one server, any number of clients.
import { chmodSync, type FSWatcher, lstatSync, renameSync, unlinkSync, watch } from 'node:fs';
import { connect, createServer, type Server as NetServer } from 'node:net';
import { dirname, join } from 'node:path';
import { TempestError } from '../core/errors.ts';
import { ensurePrivateFolder } from '../core/private-folder.ts';
import { type Connection, type ConnectionDeps, serveConnection } from './connection.ts';
import type { Notification, NotificationParams } from './protocol.ts';

export interface ServeOptions extends ConnectionDeps {
  /** Path of the socket. Its folder is made private; a stale socket in its place is replaced. */
  socket: string;
}

export interface Server {
  /** Initialized clients. */
  readonly clients: number;
  /** Whether the person is at one of them. */
  readonly focused: boolean;
  /** Whether the socket's path still leads here. */
  reachable(): boolean;
  /** Calls back when something happens in the socket's folder, where the system tells. */
  onChange(listener: () => void): void;
  /** Makes the socket anew where it was removed; who is connected stays so. Throws as `serve`. */
  listenAgain(): Promise<void>;
  /** Tells every initialized client. */
  broadcast<N extends Notification>(notification: N, params: NotificationParams<N>): void;
  /** Removes the socket, then lets every client read what was written to it. */
  close(): Promise<void>;
}

/** More connections than this are refused: each costs a file descriptor that git may need. */
const maxConnections = 1000;

/**
 * Listens on a socket that only this user can open. The caller holds the daemon's lock.
 * Throws `io-failed` when the folder is not private, the path too long, or somebody listens there.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const { socket: path, log } = options;
  ensurePrivateFolder(dirname(path));
  await refuseLiveSocket(path);

  const connections = new Set<Connection>();
  const open = async () => {
    const net = createServer({ allowHalfOpen: true }, (socket) => {
      const connection = serveConnection(socket, options);
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    });
    net.maxConnections = maxConnections;
    const inode = await listen(net, path);
    net.on('error', (error) => log.error('the socket', error));
    return { net, inode, folder: watchFolder(dirname(path), () => changed()) };
  };
  let changed = () => {};
  let current = await open();

  return {
    get clients() {
      return [...connections].filter(({ client }) => client !== null).length;
    },
    get focused() {
      return [...connections].some((connection) => connection.focused);
    },
    reachable: () => inodeOf(path) === current.inode,
    onChange(listener) {
      changed = listener;
    },
    async listenAgain() {
      ensurePrivateFolder(dirname(path));
      await refuseLiveSocket(path);
      const { net, folder } = current;
      current = await open();
      folder?.close();
      net.close();
    },
    broadcast(method, params) {
      for (const connection of connections) connection.notify(method, params);
    },
    close() {
      const { net, inode, folder } = current;
      folder?.close();
      if (inodeOf(path) === inode) unlinkSync(path);
      const closed = new Promise<void>((resolve) => net.close(() => resolve()));
      for (const connection of connections) connection.end();
      return closed;
    },
  };
}

/**
 * Listens under another name first and renames: the socket is there, with its mode, at once; and
 * what libuv unlinks when the server closes is that other name, never a successor's socket.
 * Gives the socket's inode.
 */
async function listen(net: NetServer, path: string): Promise<number> {
  const first = join(dirname(path), `.${process.pid}`);
  try {
    await new Promise<void>((resolve, reject) => {
      net.once('error', reject);
      net.listen(first, () => {
        net.off('error', reject);
        resolve();
      });
    });
    chmodSync(first, 0o600);
    renameSync(first, path);
    return lstatSync(path).ino;
  } catch (error) {
    throw new TempestError(
      'io-failed',
      `can't listen on ${path}: ${(error as Error).message}`,
      'Set XDG_RUNTIME_DIR to a folder of yours with a short path.',
      { cause: error },
    );
  }
}

/** Costs nothing while nothing happens there. Null where the system has no more of them: then time must tell. */
function watchFolder(folder: string, listener: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, listener);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** What a killed daemon left behind may be replaced, but never a socket on which somebody answers. */
async function refuseLiveSocket(path: string): Promise<void> {
  const answered = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => resolve(true));
    probe.once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
  if (!answered) return;
  throw new TempestError(
    'io-failed',
    `another program listens on ${path}`,
    'Find it with `lsof` or `ss -xlp`, and end it.',
  );
}

const inodeOf = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.ino;
