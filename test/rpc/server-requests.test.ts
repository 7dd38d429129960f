// A request and its answer: what is checked, what comes of it, and what becomes of it when its client leaves.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TempestError } from '../../src/core/errors.ts';
import { until } from '../support/until.ts';
import { sessionNamed } from './support/handlers.ts';
import { frame } from './support/raw.ts';
import { request, type ServerWorld, serverWorld } from './support/server.ts';

let w: ServerWorld;
beforeEach(() => {
  w = serverWorld();
});
afterEach(() => w.dispose());

describe('a request', () => {
  it('is answered, with the defaults of its parameters filled in', async () => {
    await w.start({
      'session/list': async ({ removed }) => ({ sessions: [], revision: removed ? 2 : 1 }),
    });
    const raw = await w.client();
    expect((await raw.initialize()).result).toEqual({
      protocolVersion: 1,
      server: { version: '1.2.3', pid: process.pid },
    });
    raw.send(request(1, 'session/list'));
    expect(await raw.next()).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { sessions: [], revision: 1 },
    });
  });

  it('with wrong parameters is told which field is wrong', async () => {
    await w.start();
    const raw = await w.ready();
    raw.send(request(1, 'terminal/resize', { session: 'a', cols: 'wide', rows: 3 }));
    const { error } = await raw.next();
    expect(error).toMatchObject({ code: -32602, data: { kind: 'bad-request' } });
    expect(error?.message).toMatch(/terminal\/resize: "cols": .*number/);
  });

  it.each([
    ['an unknown method', request(7, 'session/explode'), -32601, 7],
    ['a property of every object as method', request(7, 'constructor'), -32601, 7],
    ['a second initialize', request(7, 'initialize', {}), -32600, 7],
    ['no version of JSON-RPC', { id: 7, method: 'session/list' }, -32600, 7],
    ['a method that is no string', request(7, 5 as never), -32600, 7],
    ['an id that is an object', request({}, 'session/list'), -32600, null],
    ['an id that is null', request(null, 'session/list'), -32600, null],
    ['an id with a fraction', request(1.5, 'session/list'), -32600, null],
    ['an id of 2 KB', request('x'.repeat(2048), 'session/list'), -32600, null],
    ['positional parameters', request(7, 'session/get', ['a']), -32602, 7],
    ['nothing in it', {}, -32600, null],
  ])('with %s is refused, and the connection lives', async (_what, message, code, id) => {
    await w.start();
    const raw = await w.ready();
    raw.send(message);
    expect(await raw.next()).toMatchObject({ id, error: { code, data: { kind: 'bad-request' } } });
    raw.send(request(8, 'session/list'));
    expect(await raw.next()).toMatchObject({ id: 8, error: { code: -32001 } });
  });

  it('before initialize is refused', async () => {
    await w.start();
    const raw = await w.client();
    raw.send(request(1, 'session/list', {}));
    expect(await raw.next()).toMatchObject({
      id: 1,
      error: {
        code: -32002,
        data: { kind: 'not-initialized', hint: expect.stringContaining('initialize') },
      },
    });
    expect((await raw.initialize()).result).toBeTruthy();
  });

  it('that fails as expected carries kind and hint', async () => {
    await w.start({
      'session/get': async () => {
        throw new TempestError('unknown-session', 'No session x', 'See `tempest list`.');
      },
    });
    const raw = await w.ready();
    raw.send(request(1, 'session/get', { session: 'x' }));
    expect((await raw.next()).error).toEqual({
      code: -32001,
      message: 'No session x',
      data: { kind: 'unknown-session', hint: 'See `tempest list`.' },
    });
  });

  it('that meets a bug is an internal error with its stack in the log, and harms nothing', async () => {
    await w.start({
      'session/get': () => {
        throw new RangeError('a bug');
      },
      'session/list': async () => ({ sessions: [], revision: 1n as never }),
    });
    const raw = await w.ready();
    raw.send(request(1, 'session/get', { session: 'x' }));
    expect((await raw.next()).error).toMatchObject({ code: -32603, data: { kind: 'internal' } });
    expect(w.logged.join('\n')).toMatch(/RangeError: a bug\n +at .*server-requests\.test/);
    raw.send(request(2, 'session/list'));
    expect(await raw.next()).toMatchObject({ id: 2, error: { code: -32603 } });
  });

  it('whose answer is too long for any client gets a short error instead', async () => {
    await w.start({
      'session/log': async () => ({ text: 'x'.repeat(17 * 1024 * 1024), path: '/log' }),
    });
    const raw = await w.ready();
    raw.send(request(1, 'session/log', { session: 'x' }));
    expect((await raw.next()).error).toMatchObject({ code: -32001, data: { kind: 'too-large' } });
  });

  it('with an id that is in use is refused, and the first one is answered', async () => {
    let finish = () => {};
    await w.start({
      'session/seen': () =>
        new Promise((resolve) => {
          finish = () => resolve(sessionNamed('one'));
        }),
    });
    const raw = await w.ready();
    raw.send(request(1, 'session/seen', { session: 'x' }));
    raw.send(request(1, 'session/list'));
    expect(await raw.next()).toMatchObject({ id: null, error: { code: -32600 } });
    finish();
    expect(await raw.next()).toMatchObject({ id: 1, result: { name: 'one' } });
  });
});

it('cancels by $/cancelRequest, with the error of a cancelled request', async () => {
  const aborted: string[] = [];
  await w.start({
    'session/create': ({ prompt }, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(prompt);
          reject(new Error('git was killed'));
        });
      }),
  });
  const raw = await w.ready();
  for (const id of ['a', 'b']) raw.send(request(id, 'session/create', { repo: '/r', prompt: id }));
  for (const params of [{ id: 'b' }, { id: 'unknown' }, {}, 5, null])
    raw.send({ jsonrpc: '2.0', method: '$/cancelRequest', params });
  expect(await raw.next()).toMatchObject({
    id: 'b',
    error: { code: -32800, data: { kind: 'cancelled' } },
  });
  expect(aborted).toEqual(['b']);
  raw.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'a' } });
  expect(await raw.next()).toMatchObject({ id: 'a', error: { code: -32800 } });
});

it('finishes what a client asked for although the client died', async () => {
  const finish: (() => void)[] = [];
  const created: boolean[] = [];
  const running = await w.start({
    'session/create': async (_params, { signal }) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      created.push(!signal.aborted);
      return sessionNamed('new');
    },
  });
  const raw = await w.ready();
  raw.send(request(1, 'session/create', { repo: '/r', progressToken: 1 }));
  await until(() => finish.length > 0, { what: 'the request to arrive' });
  raw.socket.destroy();
  await raw.waitForClose();
  const other = await w.ready();
  other.send(request(1, 'session/list'));
  await other.next();
  expect(created).toEqual([]);
  finish[0]?.();
  await until(() => running.clients === 1, { what: 'the dead client to be forgotten' });
  expect(created).toEqual([true]);
});

it('answers a client that has shut down its writing side, and then closes', async () => {
  await w.start({ 'session/list': async () => ({ sessions: [], revision: 1 }) });
  const raw = await w.ready();
  raw.socket.end(frame(JSON.stringify(request(1, 'session/list'))));
  expect(await raw.next()).toMatchObject({ id: 1, result: { revision: 1 } });
  await raw.waitForClose();
});
