// The client that every front end of ours uses: finds the daemon, starts it where needed, asks it.
import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TempestError } from '../core/errors.ts';
import type { Places } from '../core/places.ts';
import { ensurePrivateFolder } from '../core/private-folder.ts';
import { version } from '../core/version.ts';
import { protocolVersion } from './constants.ts';
import type { RpcError } from './errors.ts';
import { lockHolder } from './lock.ts';
import { meetingPlaces } from './meeting.ts';
import { type CallOptions, createPeer, type Peer } from './peer.ts';
import type { Method, Notification, NotificationParams, Params, Result } from './protocol.ts';
import { startDaemon } from './start.ts';
import { isOlder } from './versions.ts';

export interface ConnectOptions {
  places: Places;
  client: { name: string; version: string };
  /** Whether to start the daemon when none runs, and to replace an older one. Default true. */
  start?: boolean;
  /** The daemon's JavaScript file. Default: dist/daemon.js of this package. */
  program?: string;
  /** Environment of a daemon that is started. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Time in ms for all of it: connecting, starting, replacing. Default 20,000. */
  timeoutMs?: number;
  /** This package's version; an older daemon is replaced. */
  ownVersion?: string;
}

export interface Client {
  /** The path of the daemon's socket. */
  readonly socket: string;
  /** The daemon's answer to `initialize`. */
  readonly server: Result<'initialize'>['server'];
  /** Throws a TempestError with kind and hint, whatever goes wrong. */
  request<M extends Method>(
    method: M,
    params: Params<M>,
    options?: CallOptions,
  ): Promise<Result<M>>;
  /** Gives a function that stops the listening. */
  on<N extends Notification>(
    notification: N,
    listener: (params: NotificationParams<N>) => void,
  ): () => void;
  /** Called once when the connection is closed; at once if it is already. */
  onClosed(listener: () => void): void;
  close(): void;
}

type Listener = (params: never) => void;

/**
 * Connects to the daemon and introduces the client. However many processes do this in the same
 * instant, one daemon runs at the end. A daemon that is older than this package is asked to stop,
 * which ends no agent, and a new one takes its place.
 * Throws `daemon-gone` when none runs and none is to be started, `version-mismatch` when it is newer
 * than this client, `timed-out`, `io-failed`.
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const { places, start = true, timeoutMs = 20_000 } = options;
  const deadline = performance.now() + timeoutMs;
  for (let wait = 10; ; wait = Math.min(2 * wait, 200)) {
    const { runtime, daemonSocket } = meetingPlaces(places);
    // Before anything is said: in a shared folder, somebody else could listen under this name.
    ensurePrivateFolder(runtime);
    const client = await tryOnce(daemonSocket, options, deadline);
    if (client !== null) return client;
    if (!start)
      throw new TempestError('daemon-gone', 'no Tempest daemon runs', 'Start it: `tempest serve`.');
    if (performance.now() > deadline) throw neverReady(places, timeoutMs);
    // One that holds the lock is about to listen, or to end; starting another would be in vain.
    const started = lockHolder(places.daemonLock) === null && (await launch(options, deadline));
    if (!started) await delay(wait);
  }
}

/** Null when nobody listens, or who did just stopped. */
async function tryOnce(
  path: string,
  options: ConnectOptions,
  deadline: number,
): Promise<Client | null> {
  const socket = await open(path);
  if (socket === null) return null;
  const listeners = new Map<string, Set<Listener>>();
  const peer = createPeer(socket, (method, params) => {
    for (const listener of listeners.get(method) ?? []) listener(params as never);
  });
  try {
    const server = await introduce(peer, options, remaining(deadline));
    return server === null ? null : createClient(peer, path, server, listeners);
  } catch (error) {
    peer.close();
    if (error instanceof TempestError && error.kind === 'daemon-gone') return null;
    throw error;
  }
}

/** Says hello. Null when the daemon was too old and has stopped. */
async function introduce(
  peer: Peer,
  { client, start = true, ownVersion = version }: ConnectOptions,
  timeoutMs: number,
): Promise<Client['server'] | null> {
  const stop = async () => {
    await peer.call('daemon/stop', {}, { timeoutMs });
    await peer.closed;
    return null;
  };
  try {
    const params = { protocolVersion, client };
    const { server } = (await peer.call('initialize', params, {
      timeoutMs,
    })) as Result<'initialize'>;
    return start && isOlder(server.version, ownVersion) ? await stop() : server;
  } catch (error) {
    if (start && error instanceof TempestError && isOlderProtocol(error)) return await stop();
    throw error;
  }
}

function isOlderProtocol(error: TempestError): boolean {
  if (error.kind !== 'version-mismatch') return false;
  const { data } = error.cause as RpcError;
  return (data as unknown as { protocolVersion: number }).protocolVersion < protocolVersion;
}

function createClient(
  peer: Peer,
  path: string,
  server: Client['server'],
  listeners: Map<string, Set<Listener>>,
): Client {
  const on: Client['on'] = (notification, listener) => {
    const set = listeners.get(notification) ?? new Set();
    listeners.set(notification, set.add(listener as Listener));
    return () => set.delete(listener as Listener);
  };
  return {
    socket: path,
    server,
    on,
    request: async (method, params, options) => (await peer.call(method, params, options)) as never,
    onClosed: (listener) => void peer.closed.then(listener),
    close: () => peer.close(),
  };
}

/** Null when nobody listens there. */
function open(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ECONNREFUSED', 'EAGAIN', 'ECONNRESET'].includes(error.code ?? ''))
        return resolve(null);
      const hint = 'Does the socket belong to you? Remove it if not.';
      reject(new TempestError('io-failed', `can't connect to ${path}: ${error.message}`, hint));
    });
  });
}

/** True when a daemon is ready, false when another one is about to be. */
async function launch(options: ConnectOptions, deadline: number): Promise<boolean> {
  const { places, program, env = process.env } = options;
  return (await startDaemon({ places, program, env, timeoutMs: remaining(deadline) })) === 'ready';
}

const remaining = (deadline: number) => Math.max(1000, Math.ceil(deadline - performance.now()));

function neverReady(places: Places, timeoutMs: number): TempestError {
  const pid = lockHolder(places.daemonLock)?.pid;
  const who = pid === undefined ? 'the Tempest daemon' : `the Tempest daemon (process ${pid})`;
  const hint = `Its log is ${places.daemonLog}. Ending it (${pid === undefined ? '' : `kill ${pid}, `}agents go on) lets the next command start another.`;
  return new TempestError('timed-out', `${who} did not answer within ${timeoutMs} ms`, hint);
}
