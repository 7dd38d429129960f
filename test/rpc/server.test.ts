import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TempestError } from '../../src/core/errors.ts';
import type { Log } from '../../src/core/log.ts';
import type { Handlers } from '../../src/rpc/dispatch.ts';
import { type Server, serve } from '../../src/rpc/server.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { until } from '../support/until.ts';
import { handlersWith, sessionNamed } from './support/handlers.ts';
import { frame, type Raw, rawClient } from './support/raw.ts';

let folder: string;
let path: string;
let clock: ManualClock;
let logged: string[];
let server: Server | null;
let raws: Raw[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-'));
  path = join(folder, 'run', 'daemon.sock');
  clock = manualClock();
  logged = [];
  server = null;
  raws = [];
});
afterEach(async () => {
  for (const { socket } of raws) socket.destroy();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const log: Log = {
  info: (message) => logged.push(message),
  error: (message, error) => logged.push(`${message} ${error instanceof Error ? error.stack : ''}`),
  close() {},
};

async function start(handlers: Partial<Handlers> = {}): Promise<Server> {
  server = await serve({
    socket: path,
    handlers: handlersWith(handlers),
    version: '1.2.3',
    clock,
    log,
  });
  return server;
}

async function client(): Promise<Raw> {
  const raw = await rawClient(path);
  raws.push(raw);
  return raw;
}

async function ready(): Promise<Raw> {
  const raw = await client();
  await raw.initialize();
  return raw;
}

const request = (id: unknown, method: string, params?: unknown) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

describe('the focus', () => {
  it('is where a client says the person is, until it says otherwise or is gone', async () => {
    const server = await start({
      'client/focus': async ({ focused }, { focus }) => {
        focus(focused);
        return null;
      },
    });
    const [left, right] = [await ready(), await ready()];
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

describe('a request', () => {
  it('is answered, with the defaults of its parameters filled in', async () => {
    await start({
      'session/list': async ({ removed }) => ({ sessions: [], revision: removed ? 2 : 1 }),
    });
    const raw = await client();
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
    await start();
    const raw = await ready();
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
    await start();
    const raw = await ready();
    raw.send(message);
    expect(await raw.next()).toMatchObject({ id, error: { code, data: { kind: 'bad-request' } } });
    raw.send(request(8, 'session/list'));
    expect(await raw.next()).toMatchObject({ id: 8, error: { code: -32001 } });
  });

  it('before initialize is refused', async () => {
    await start();
    const raw = await client();
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
    await start({
      'session/get': async () => {
        throw new TempestError('unknown-session', 'No session x', 'See `tempest list`.');
      },
    });
    const raw = await ready();
    raw.send(request(1, 'session/get', { session: 'x' }));
    expect((await raw.next()).error).toEqual({
      code: -32001,
      message: 'No session x',
      data: { kind: 'unknown-session', hint: 'See `tempest list`.' },
    });
  });

  it('that meets a bug is an internal error with its stack in the log, and harms nothing', async () => {
    await start({
      'session/get': () => {
        throw new RangeError('a bug');
      },
      'session/list': async () => ({ sessions: [], revision: 1n as never }),
    });
    const raw = await ready();
    raw.send(request(1, 'session/get', { session: 'x' }));
    expect((await raw.next()).error).toMatchObject({ code: -32603, data: { kind: 'internal' } });
    expect(logged.join('\n')).toMatch(/RangeError: a bug\n +at .*server\.test/);
    raw.send(request(2, 'session/list'));
    expect(await raw.next()).toMatchObject({ id: 2, error: { code: -32603 } });
  });

  it('whose answer is too long for any client gets a short error instead', async () => {
    await start({
      'session/log': async () => ({ text: 'x'.repeat(17 * 1024 * 1024), path: '/log' }),
    });
    const raw = await ready();
    raw.send(request(1, 'session/log', { session: 'x' }));
    expect((await raw.next()).error).toMatchObject({ code: -32001, data: { kind: 'too-large' } });
  });

  it('with an id that is in use is refused, and the first one is answered', async () => {
    let finish = () => {};
    await start({
      'session/seen': () =>
        new Promise((resolve) => {
          finish = () => resolve(sessionNamed('one'));
        }),
    });
    const raw = await ready();
    raw.send(request(1, 'session/seen', { session: 'x' }));
    raw.send(request(1, 'session/list'));
    expect(await raw.next()).toMatchObject({ id: null, error: { code: -32600 } });
    finish();
    expect(await raw.next()).toMatchObject({ id: 1, result: { name: 'one' } });
  });
});

it('cancels by $/cancelRequest, with the error of a cancelled request', async () => {
  const aborted: string[] = [];
  await start({
    'session/create': ({ prompt }, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(prompt);
          reject(new Error('git was killed'));
        });
      }),
  });
  const raw = await ready();
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

it('reports progress to the client that asked, and changes to all that are initialized', async () => {
  const running = await start({
    'session/create': async (_params, { progress, client: { name } }) => {
      progress({ kind: 'step', message: `for ${name}` });
      return sessionNamed('new');
    },
  });
  const [asking, watching, early] = [await ready(), await ready(), await client()];
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

it('finishes what a client asked for although the client died', async () => {
  const finish: (() => void)[] = [];
  const created: boolean[] = [];
  const running = await start({
    'session/create': async (_params, { signal }) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      created.push(!signal.aborted);
      return sessionNamed('new');
    },
  });
  const raw = await ready();
  raw.send(request(1, 'session/create', { repo: '/r', progressToken: 1 }));
  await until(() => finish.length > 0, { what: 'the request to arrive' });
  raw.socket.destroy();
  await raw.waitForClose();
  const other = await ready();
  other.send(request(1, 'session/list'));
  await other.next();
  expect(created).toEqual([]);
  finish[0]?.();
  await until(() => running.clients === 1, { what: 'the dead client to be forgotten' });
  expect(created).toEqual([true]);
});

it('answers a client that has shut down its writing side, and then closes', async () => {
  await start({ 'session/list': async () => ({ sessions: [], revision: 1 }) });
  const raw = await ready();
  raw.socket.end(frame(JSON.stringify(request(1, 'session/list'))));
  expect(await raw.next()).toMatchObject({ id: 1, result: { revision: 1 } });
  await raw.waitForClose();
});

describe('another protocol version', () => {
  const hello = (protocolVersion: number) =>
    request(1, 'initialize', { protocolVersion, client: { name: 'raw', version: '9' } });

  it('is refused with a hint that tells who is the older one', async () => {
    await start();
    const raw = await client();
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
    await start({ 'daemon/stop': async () => null });
    const raw = await client();
    raw.send(hello(2));
    await raw.next();
    raw.send(request(2, 'daemon/stop'));
    expect(await raw.next()).toEqual({ jsonrpc: '2.0', id: 2, result: null });
  });
});

describe('a connection that makes no sense', () => {
  it.each([
    ['no header', '{"jsonrpc":"2.0","id":1,"method":"initialize"}', -32600],
    ['a length over 16 MiB', 'Content-Length: 16777217\r\n\r\n', -32600],
    ['a header over 4 KiB', `X: ${'x'.repeat(5000)}`, -32600],
    ['no JSON', frame('{"jsonrpc":'), -32700],
    ['no UTF-8', frame(Buffer.from([0x22, 0xc3, 0x28, 0x22])), -32700],
    ['a batch', frame(JSON.stringify([request(1, 'session/list')])), -32600],
    ['a number', frame('5'), -32600],
    ['nothing', frame(''), -32700],
  ])('because of %s is told so and closed, and others are not', async (_what, bytes, code) => {
    await start({ 'session/list': async () => ({ sessions: [], revision: 5 }) });
    const bystander = await ready();
    const raw = await ready();
    raw.write(bytes);
    expect(await raw.next()).toMatchObject({ id: null, error: { code } });
    await raw.waitForClose();
    bystander.send(request(1, 'session/list'));
    expect(await bystander.next()).toMatchObject({ id: 1, result: { revision: 5 } });
  });

  it('is closed when a frame that began does not go on for 30 seconds', async () => {
    await start({ 'session/list': async () => ({ sessions: [], revision: 5 }) });
    const [slow, idle] = [await ready(), await ready()];
    const whole = frame(JSON.stringify(request(1, 'session/list')));
    for (let at = 0; at < whole.length; at += 10) {
      const before = slow.socket.bytesWritten;
      slow.write(whole.subarray(at, at + 10));
      await until(() => slow.socket.bytesWritten > before, { what: 'the bytes to leave' });
      // One round trip of another client, so that the server has read them.
      idle.send(request(at, 'session/list'));
      await idle.next();
      clock.advance(29_000);
    }
    expect(await slow.next()).toMatchObject({ id: 1, result: { revision: 5 } });
    slow.write('Content-Length: 100\r\n\r\n{"json');
    idle.send(request(1, 'session/list'));
    await idle.next();
    clock.advance(30_000);
    expect((await slow.next()).error?.message).toMatch(/begun and not ended/);
    await slow.waitForClose();
    clock.advance(3_600_000);
    idle.send(request(2, 'session/list'));
    expect(await idle.next()).toMatchObject({ id: 2 });
  });

  it('is closed when no initialize comes within 30 seconds', async () => {
    await start();
    const raw = await client();
    await ready();
    clock.advance(30_000);
    expect((await raw.next()).error?.message).toMatch(/initialize/);
    await raw.waitForClose();
  });
});

describe('hazard 29: a client that does not read', () => {
  it('is dropped at 32 MiB, and others get everything', async () => {
    const running = await start();
    const [asleep, awake] = [await ready(), await ready()];
    asleep.socket.pause();
    const session = { ...sessionNamed('big'), prompt: 'x'.repeat(1024 * 1024) };
    for (let revision = 0; revision < 40; revision++) {
      running.broadcast('session/changed', { session: { ...session, revision } });
      const message = await awake.next();
      expect(message.params).toMatchObject({ session: { revision } });
    }
    expect(running.clients).toBe(1);
    expect(logged.join('\n')).toMatch(/raw does not read/);
  });

  it('is not read from either, until it takes its answers; then all of them come', async () => {
    let asked = 0;
    const text = 'x'.repeat(10_000);
    await start({
      'session/log': async () => {
        asked++;
        return { text, path: '/log' };
      },
    });
    const [asleep, awake] = [await ready(), await ready()];
    asleep.socket.pause();
    const total = 3000;
    for (let id = 0; id < total; id++) asleep.send(request(id, 'session/log', { session: 'x' }));
    await until(() => asked > 0, { what: 'the first request' });
    for (let id = 0; id < 50; id++) {
      awake.send(request(id, 'session/log', { session: 'x' }));
      expect(await awake.next()).toMatchObject({ id });
    }
    expect(asked).toBeLessThan(total);
    asleep.socket.resume();
    await until(() => asleep.inbox.length === total, { what: 'all answers' });
    expect(new Set(asleep.inbox.map(({ id }) => id)).size).toBe(total);
  });
});

describe('the socket', () => {
  it('is open to this user alone, in a folder that is, too', async () => {
    mkdirSync(dirname(path), { mode: 0o755 });
    await start();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('is refused to another user', async () => {
    chmodSync(folder, 0o755);
    await start();
    const code = `require('net').connect(${JSON.stringify(path)}).on('error', e => { console.log(e.code); })`;
    if (process.getuid?.() === 0) {
      const child = spawn(process.execPath, ['-e', code], {
        uid: 65534,
        gid: 65534,
        cwd: '/',
        env: {},
      });
      const [output] = await once(child.stdout, 'data');
      expect(String(output).trim()).toBe('EACCES');
    }
    expect(statSync(dirname(path)).uid).toBe(process.getuid?.());
  });

  it('replaces one that a killed daemon left, and leaves one on which somebody answers', async () => {
    mkdirSync(dirname(path));
    const other = createServer().listen(path);
    await once(other, 'listening');
    await expect(start()).rejects.toMatchObject({ kind: 'io-failed' });
    other.close();
    await once(other, 'close');
    writeFileSync(path, '');
    await start();
    expect((await ready()).closed).toBe(false);
  });

  it('is removed at the end, unless it is a successor that has it', async () => {
    const first = await start();
    rmSync(path);
    expect(first.reachable()).toBe(false);
    const second = await serve({
      socket: path,
      handlers: handlersWith({}),
      version: '2',
      clock,
      log,
    });
    await first.close();
    expect(second.reachable()).toBe(true);
    await second.close();
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('hazard 31: is never put into a folder of somebody else, or behind a link', async () => {
    symlinkSync(folder, dirname(path));
    await expect(start()).rejects.toMatchObject({
      kind: 'io-failed',
      hint: expect.stringContaining('XDG_RUNTIME_DIR'),
    });
  });

  it('hazard 31: says so when its path is longer than the kernel takes', async () => {
    path = join(folder, 'x'.repeat(110), 'daemon.sock');
    await expect(start()).rejects.toMatchObject({
      kind: 'io-failed',
      hint: expect.stringContaining('short'),
    });
  });
});
