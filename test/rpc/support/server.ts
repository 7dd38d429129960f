// A server of a test's own: on a socket in a folder of its own, with a clock that is moved by hand, and its clients.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handlers } from '../../../src/rpc/dispatch.ts';
import { type Server, serve } from '../../../src/rpc/server.ts';
import { type ManualClock, manualClock } from '../../support/clock.ts';
import { handlersWith } from './handlers.ts';
import { type Raw, rawClient } from './raw.ts';

export interface ServerWorld {
  folder: string;
  /** Of the socket. */
  path: string;
  clock: ManualClock;
  /** What the server's log has. */
  logged: string[];
  /** Serves with these handlers; all others refuse. Ended with the world. */
  start(handlers?: Partial<Handlers>): Promise<Server>;
  /** A client that has not said hello. */
  client(): Promise<Raw>;
  /** A client that may ask. */
  ready(): Promise<Raw>;
  dispose(): Promise<void>;
}

export function serverWorld(): ServerWorld {
  const folder = mkdtempSync(join(tmpdir(), 'ts-'));
  const servers: Server[] = [];
  const raws: Raw[] = [];
  const world: ServerWorld = {
    folder,
    path: join(folder, 'run', 'daemon.sock'),
    clock: manualClock(),
    logged: [],
    async start(handlers = {}) {
      const { path: socket, clock, logged } = world;
      const log = {
        info: (message: string) => void logged.push(message),
        error: (message: string, error?: unknown) =>
          void logged.push(`${message} ${error instanceof Error ? error.stack : ''}`),
        close() {},
      };
      const options = { socket, handlers: handlersWith(handlers), version: '1.2.3', clock, log };
      const server = await serve(options);
      servers.push(server);
      return server;
    },
    async client() {
      const raw = await rawClient(world.path);
      raws.push(raw);
      return raw;
    },
    async ready() {
      const raw = await world.client();
      await raw.initialize();
      return raw;
    },
    async dispose() {
      for (const { socket } of raws) socket.destroy();
      for (const server of servers) await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

export const request = (id: unknown, method: string, params?: unknown) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
