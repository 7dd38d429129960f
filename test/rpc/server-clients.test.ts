// What the server tells its clients, and what it knows of them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { sessionNamed } from './support/handlers.ts';
import type { Raw } from './support/raw.ts';
import { request, type ServerWorld, serverWorld } from './support/server.ts';

let w: ServerWorld;
beforeEach(() => {
  w = serverWorld();
});
afterEach(() => w.dispose());

describe('the focus', () => {
  it('is where a client says the person is, until it says otherwise or is gone', async () => {
    const server = await w.start({
      'client/focus': async ({ focused }, { focus }) => {
        focus(focused);
        return null;
      },
    });
    const [left, right] = [await w.ready(), await w.ready()];
    const say = async (raw: Raw, focused: boolean) => {
      raw.send(request(1, 'client/focus', { focused }));
      expect(await raw.next()).toMatchObject({ result: null });
    };
    expect(server.focused).toBe(false);
    await say(left, true);
    await say(right, true);
    await say(left, false);
    expect(server.focused).toBe(true);
    right.socket.destroy();
    await until(() => !server.focused, { what: 'the focus to go with its client' });
  });
});

it('reports progress to the client that asked, and changes to all that are initialized', async () => {
  const running = await w.start({
    'session/create': async (_params, { progress, client: { name } }) => {
      progress({ kind: 'step', message: `for ${name}` });
      return sessionNamed('new');
    },
  });
  const [asking, watching, early] = [await w.ready(), await w.ready(), await w.client()];
  expect(running.clients).toBe(2);
  asking.send(request(1, 'session/create', { repo: '/r', progressToken: 't' }));
  asking.send(request(2, 'session/create', { repo: '/r' }));
  const params = { token: 't', value: { kind: 'step', message: 'for raw' } };
  expect(await asking.next()).toEqual({ jsonrpc: '2.0', method: '$/progress', params });
  expect(await asking.next()).toMatchObject({ id: 1, result: { name: 'new' } });
  expect(await asking.next()).toMatchObject({ id: 2, result: { name: 'new' } });
  running.broadcast('session/removed', { id: 'abcd1234', revision: 9 });
  for (const raw of [asking, watching])
    expect(await raw.next()).toMatchObject({ method: 'session/removed', params: { revision: 9 } });
  await early.initialize();
  expect(early.inbox).toEqual([]);
  expect(watching.inbox).toEqual([]);
});

describe('another protocol version', () => {
  const hello = (protocolVersion: number) =>
    request(1, 'initialize', { protocolVersion, client: { name: 'raw', version: '9' } });

  it('is refused with a hint that tells who is the older one', async () => {
    await w.start();
    const raw = await w.client();
    raw.send(hello(2));
    expect((await raw.next()).error).toMatchObject({
      code: -32001,
      data: {
        kind: 'version-mismatch',
        hint: expect.stringMatching(/older daemon/),
        protocolVersion: 1,
      },
    });
    raw.send(hello(0));
    expect((await raw.next()).error?.data?.hint).toMatch(/Update this client/);
    raw.send(request(2, 'session/list', {}));
    expect((await raw.next()).error).toMatchObject({ code: -32002 });
  });

  it('may still ask the daemon to stop', async () => {
    await w.start({ 'daemon/stop': async () => null });
    const raw = await w.client();
    raw.send(hello(2));
    await raw.next();
    raw.send(request(2, 'daemon/stop'));
    expect(await raw.next()).toEqual({ jsonrpc: '2.0', id: 2, result: null });
  });
});
