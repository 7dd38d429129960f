// The bounds around the JSON-RPC library, whose own queue has none.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPeer } from '../../src/rpc/peer.ts';
import { type Server, serve } from '../../src/rpc/server.ts';
import { manualClock } from '../support/clock.ts';
import { until } from '../support/until.ts';
import { handlersWith, sessionNamed } from './support/handlers.ts';
import { frame, rawClient } from './support/raw.ts';

let folder: string;
let path: string;
let server: Server | NetServer | null;
const log = { info() {}, error() {}, close() {} };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tt-'));
  path = join(folder, 'run', 'daemon.sock');
  server = null;
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

const message = (value: object) => frame(JSON.stringify({ jsonrpc: '2.0', ...value }));

it('hazard 29: works on 256 requests of a client, and reads no other before one is answered', async () => {
  const atWork: (() => void)[] = [];
  let most = 0;
  server = await serve({
    socket: path,
    version: '1',
    clock: manualClock(),
    log,
    handlers: handlersWith({
      'session/list': async () => ({ sessions: [], revision: 1 }),
      'session/seen': ({ session }) =>
        new Promise((resolve) => {
          most = Math.max(
            most,
            atWork.push(() => resolve(sessionNamed(session))),
          );
        }),
    }),
  });
  const [eager, other] = [await rawClient(path), await rawClient(path)];
  await eager.initialize();
  await other.initialize();
  const ids = Array.from({ length: 2000 }, (_, id) => id);
  const asked = ids.map((id) => message({ id, method: 'session/seen', params: { session: 'x' } }));
  eager.write(Buffer.concat(asked));
  await until(() => atWork.length === 256, { what: 'as many as may be at work' });
  for (let id = 0; id < 20; id++) {
    other.write(message({ id, method: 'session/list' }));
    expect(await other.next()).toMatchObject({ id });
  }
  expect(atWork).toHaveLength(256);
  await until(
    () => {
      for (const finish of atWork.splice(0)) finish();
      return eager.inbox.length === ids.length;
    },
    { what: 'all answers', intervalMs: 2 },
  );
  expect(most).toBe(256);
  expect(eager.inbox.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))).toEqual(ids);
  for (const { socket } of [eager, other]) socket.destroy();
});

it('tells 1 from "1": both may be ids at once', async () => {
  server = await serve({
    socket: path,
    version: '1',
    clock: manualClock(),
    log,
    handlers: handlersWith({ 'session/list': async () => ({ sessions: [], revision: 1 }) }),
  });
  const raw = await rawClient(path);
  await raw.initialize();
  raw.write(Buffer.concat([1, '1'].map((id) => message({ id, method: 'session/list' }))));
  expect([(await raw.next()).id, (await raw.next()).id]).toEqual([1, '1']);
  raw.socket.destroy();
});

/** A peer, and the other end of its socket. */
async function peerOf(onNotification: (method: string, params: unknown) => void) {
  const net = createServer();
  server = net;
  path = join(folder, 'sock');
  net.listen(path);
  await once(net, 'listening');
  const peer = createPeer(connect(path), onNotification);
  const [far] = (await once(net, 'connection')) as [Socket];
  return { peer, far };
}

it('gives the client all that was sent, in its order, before it says that the connection is closed', async () => {
  const seen: unknown[] = [];
  const { peer, far } = await peerOf((_method, params) => seen.push(params));
  let atEnd = -1;
  const closed = peer.closed.then(() => {
    atEnd = seen.length;
  });
  const answered = peer.call('daemon/stop', {});
  const [request] = (await once(far, 'data')) as [Buffer];
  const id = Number(/"id":(\d+)/.exec(String(request))?.[1]);
  const told = Array.from({ length: 5000 }, (_, n) => ({ n }));
  far.write(Buffer.concat(told.map((params) => message({ method: 'told', params }))));
  far.end(message({ id, result: 'the last word' }));
  expect(await answered).toBe('the last word');
  await closed;
  expect(atEnd).toBe(told.length);
  expect(seen).toEqual(told);
});

it.each([
  ['no JSON-RPC', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['no JSON', frame('{')],
  ['half a message', message({ id: 0, result: 1 }).subarray(0, 30)],
])('gives up a server that sends %s', async (_what, bytes) => {
  const { peer, far } = await peerOf(() => {});
  const answered = peer.call('session/list', {});
  await once(far, 'data');
  far.end(bytes);
  await expect(answered).rejects.toMatchObject({ kind: 'daemon-gone' });
  await peer.closed;
  await expect(peer.call('session/list', {})).rejects.toMatchObject({ kind: 'daemon-gone' });
});

it('ignores a server that asks, or cancels what is nothing', async () => {
  const { peer, far } = await peerOf(() => {});
  const answered = peer.call('session/list', {});
  await once(far, 'data');
  far.write(message({ id: 7, method: 'window/show', params: {} }));
  for (const params of [null, {}, 5, { id: {} }])
    far.write(message({ method: '$/cancelRequest', params }));
  far.write(message({ id: 0, result: 'well' }));
  expect(await answered).toBe('well');
  peer.close();
  await peer.closed;
});
