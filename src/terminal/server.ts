// The host's socket: who is connected, and when nobody needs the host any more.
import { createServer, type Server } from 'node:net';
import { makeTerminals } from './calls.ts';
import { serveConnection } from './connection.ts';
import type { HostEvent } from './protocol.ts';
import { claimSocket, isOurs, type SocketIdentity } from './socket-claim.ts';

export interface HostOptions {
  socket: string;
  /** ms since 1970 */
  now(): number;
  /** For how long a host without terminals and without a daemon goes on, in ms. */
  idleMs?: number;
  /** Called once the host has stopped by itself. */
  onIdle?(): void;
}

export interface RunningHost {
  /** Stops listening and closes every connection; the terminals' programs are hung up by the kernel. */
  close(): void;
}

const usualIdleMs = 60_000;
/** How often to look whether somebody has removed the socket, in ms. */
const socketCheckMs = 5000;

/** Starts to listen. @throws AlreadyRunning when another host listens on this socket */
export async function startServer(options: HostOptions): Promise<RunningHost> {
  const { now, idleMs = usualIdleMs, onIdle } = options;
  const controls = new Set<(event: HostEvent) => void>();
  const terminals = makeTerminals({
    now,
    onEvent: (event) => {
      for (const send of controls) send(event);
    },
  });

  const listen = async (): Promise<[Server, SocketIdentity]> => {
    const server = createServer((accepted) => {
      const socket = serveConnection(accepted, {
        terminals,
        onControl: (send) => {
          controls.add(send);
          socket.once('close', () => controls.delete(send));
        },
      });
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
    });
    return [server, await claimSocket(server, options.socket)];
  };
  const connections = new Set<{ destroy(): void }>();
  let [server, identity] = await listen();

  // A cleaner of temporary files, or the end of a login, takes the socket away; the agents are still here.
  let moving = false;
  const watch = setInterval(async () => {
    if (moving || isOurs(options.socket, identity)) return;
    moving = true;
    try {
      const old = server;
      [server, identity] = await listen();
      old.close();
    } catch {
      // Another host took the place, or the folder is gone: look again later.
    } finally {
      moving = false;
    }
  }, socketCheckMs);

  // Counted in looks: on a machine that stood still, somebody may just not have come yet.
  const lookMs = Math.min(idleMs / 4, socketCheckMs);
  let idleFor = 0;
  const idle = setInterval(() => {
    idleFor = terminals.count > 0 || controls.size > 0 ? 0 : idleFor + lookMs;
    if (idleFor < idleMs) return;
    close();
    onIdle?.();
  }, lookMs);

  function close(): void {
    clearInterval(watch);
    clearInterval(idle);
    identity.release();
    server.close();
    for (const connection of connections) connection.destroy();
  }
  return { close };
}
