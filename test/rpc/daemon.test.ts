import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, type ConnectOptions, connect } from '../../src/rpc/client.ts';
import { lockHolder } from '../../src/rpc/lock.ts';
import { processesOf, signal } from '../support/processes.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { bundle } from './support/build.ts';
import { frame } from './support/raw.ts';

let built: Awaited<ReturnType<typeof bundle>>;
let world: Sandbox;

beforeAll(async () => {
  built = await bundle('test/rpc/support/daemon.ts');
});
afterAll(() => rmSync(built.folder, { recursive: true }));
beforeEach(async () => {
  world = await sandbox();
});
afterEach(() => world.dispose());

async function start(more: Partial<ConnectOptions> = {}): Promise<Client> {
  const client = await connect({
    places: world.places,
    client: { name: 'test', version: '1' },
    program: built.program,
    env: world.env,
    ownVersion: '0.1.0',
    ...more,
  });
  world.onDispose(() => client.close());
  return client;
}

const startMany = (count: number) => Promise.all(Array.from({ length: count }, () => start()));
const pidsOf = (clients: Client[]) => [...new Set(clients.map(({ server }) => server.pid))];
const daemons = () => processesOf(world.root).map(({ pid }) => pid);
const gone = (pid: number) =>
  until(() => !daemons().includes(pid), { what: `process ${pid} to end` });
const log = () => readFileSync(world.places.daemonLog, 'utf8');

it('starts on first use, apart from the client, and answers', async () => {
  const client = await start();
  const { sessions } = await client.request('session/list', {});
  expect(sessions.map(({ name }) => name)).toEqual(['first']);
  expect(client.socket).toBe(world.places.daemonSocket);
  expect(statSync(client.socket).mode & 0o777).toBe(0o600);
  // Field 6 is the session: its own, so that no terminal takes the daemon along.
  const stat = readFileSync(`/proc/${client.server.pid}/stat`, 'latin1');
  expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])).toBe(client.server.pid);
});

it('is one daemon, however many clients start in the same instant', async () => {
  const clients = await startMany(20);
  expect(pidsOf(clients)).toHaveLength(1);
  await until(() => daemons().length === 1, { what: 'the other starters to end' });
});

it('hazard 13: is one daemon again after it was killed, though 20 clients notice at once', async () => {
  const first = await start();
  let closed = false;
  first.onClosed(() => {
    closed = true;
  });
  signal(first.server.pid, 'SIGKILL');
  await until(() => closed, { what: 'the client to notice' });
  await expect(first.request('session/list', {})).rejects.toMatchObject({
    kind: 'daemon-gone',
    hint: expect.stringContaining('agents go on'),
  });
  expect(existsSync(world.places.daemonSocket)).toBe(true);
  const clients = await startMany(20);
  expect(pidsOf(clients)).toHaveLength(1);
  expect(pidsOf(clients)).not.toContain(first.server.pid);
  await until(() => daemons().length === 1, { what: 'the other starters to end' });
  expect(
    readdirSync(join(world.root, 'state/tempest')).filter((name) => /lock/.test(name)),
  ).toEqual(['daemon.lock.2']);
});

it('is not started where the client does not want that', async () => {
  await expect(start({ start: false })).rejects.toMatchObject({ kind: 'daemon-gone' });
  expect(daemons()).toEqual([]);
});

describe('at its end', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('by %s removes its socket', async (name) => {
    const { server } = await start();
    signal(server.pid, name);
    await gone(server.pid);
    expect(existsSync(world.places.daemonSocket)).toBe(false);
    expect(lockHolder(world.places.daemonLock)).toBeNull();
    expect(log()).toContain(`stops: ${name}`);
  });

  it('by daemon/stop answers first', async () => {
    const client = await start();
    expect(await client.request('daemon/stop', {})).toBeNull();
    await gone(client.server.pid);
    expect((await start()).server.pid).not.toBe(client.server.pid);
  });

  it('hazard 19: by itself, when nobody needs it', async () => {
    const { server, close } = await start({ env: { ...world.env, TEST_IDLE_MS: '300' } });
    close();
    await gone(server.pid);
    expect(log()).toContain('stops: idle');
  });

  it('by a bug leaves the stack in its log, and the next client starts it again', async () => {
    const client = await start();
    await client.request('session/seen', { session: 'x' });
    await gone(client.server.pid);
    expect(log()).toMatch(/a bug ends this daemon: Error: a bug outside[\s\S]+at /);
    expect((await start()).server.pid).not.toBe(client.server.pid);
  });
});

describe('another version', () => {
  const version = (value: string) => ({ env: { ...world.env, TEST_VERSION: value } });

  it('that is older is replaced, and its other clients are told', async () => {
    const old = await start({ ...version('0.0.9'), ownVersion: '0.0.9' });
    let told = false;
    old.onClosed(() => {
      told = true;
    });
    const clients = await startMany(5);
    expect(pidsOf(clients)).toHaveLength(1);
    expect(clients[0]?.server).toMatchObject({ version: '0.1.0' });
    await until(() => told, { what: 'the other client to be told' });
    await gone(old.server.pid);
  });

  it('that is newer is used, and so is an older one by who must not start another', async () => {
    const newer = await start(version('0.2.0'));
    expect((await start()).server).toEqual(newer.server);
    expect((await start({ ownVersion: '9.0.0', start: false })).server).toEqual(newer.server);
  });

  /** A daemon of another protocol version: refuses `initialize`, and can be stopped. */
  function foreignDaemon(protocolVersion: number) {
    const stops: string[] = [];
    const connections = new Set<Socket>();
    const server = createServer((socket) => {
      connections.add(socket);
      socket
        .on('error', () => {})
        .on('data', (data) => {
          const id = Number(/"id":(\d+)/.exec(String(data))?.[1]);
          const stop = String(data).includes('daemon/stop');
          const details = {
            kind: 'version-mismatch',
            hint: 'Update this client.',
            protocolVersion,
          };
          const answer = stop
            ? { result: null }
            : { error: { code: -32001, message: 'Another version', data: details } };
          socket.write(frame(JSON.stringify({ jsonrpc: '2.0', id, ...answer })));
          if (!stop) return;
          stops.push('stopped');
          server.close();
          for (const connection of connections) connection.end();
        });
    });
    world.onDispose(() => {
      server.close();
      for (const connection of connections) connection.destroy();
    });
    return { stops, listen: () => server.listen(world.places.daemonSocket) };
  }

  it('of the protocol is replaced when it is older', async () => {
    const foreign = foreignDaemon(0);
    rmSync(world.places.runtime, { recursive: true, force: true });
    await expect(start({ start: false })).rejects.toMatchObject({ kind: 'daemon-gone' });
    foreign.listen();
    expect((await start()).server.version).toBe('0.1.0');
    expect(foreign.stops).toEqual(['stopped']);
  });

  it('of the protocol is a clear error when it is newer', async () => {
    const foreign = foreignDaemon(2);
    await expect(start({ start: false })).rejects.toMatchObject({ kind: 'daemon-gone' });
    foreign.listen();
    await expect(start()).rejects.toMatchObject({
      kind: 'version-mismatch',
      hint: 'Update this client.',
    });
    expect(foreign.stops).toEqual([]);
  });
});

describe('a request of the client', () => {
  it('reports its progress to its own listener', async () => {
    const [one, two] = [await start(), await start()];
    const heard: string[] = [];
    const create = (client: Client, name: string) =>
      client.request(
        'session/create',
        { repo: '/repo' },
        { onProgress: (value) => heard.push(`${name}: ${value.kind}`) },
      );
    await Promise.all([create(one, 'one'), create(two, 'two')]);
    expect(heard.sort()).toEqual(['one: step', 'two: step']);
  });

  it('is cancelled by its signal, or given up after its time', async () => {
    const client = await start();
    const slow = { repo: '/repo', prompt: 'slow' };
    const controller = new AbortController();
    const cancelled = client.request('session/create', slow, { signal: controller.signal });
    const late = client.request('session/create', slow, { timeoutMs: 50 });
    // Whichever comes first: both are awaited from now on.
    const refusals = Promise.all([
      expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' }),
      expect(late).rejects.toMatchObject({ kind: 'timed-out' }),
    ]);
    controller.abort();
    await refusals;
    const again = client.request('session/create', slow, { signal: controller.signal });
    await expect(again).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('hears what others change, until it stops listening', async () => {
    const [one, two] = [await start(), await start()];
    const names: string[] = [];
    const off = two.on('session/changed', ({ session }) => names.push(session.name));
    await one.request('session/rename', { session: 'x', name: 'renamed' });
    await two.request('session/list', {});
    off();
    await one.request('session/rename', { session: 'x', name: 'again' });
    await two.request('session/list', {});
    expect(names).toEqual(['renamed']);
  });
});

describe('hazard 31:', () => {
  const elsewhere = (changes: Record<string, string | undefined>) => {
    const env = { ...world.env, ...changes } as Record<string, string>;
    return import('../../src/core/places.ts').then(({ placesFrom }) => ({
      env,
      places: placesFrom(env),
    }));
  };

  it('XDG_RUNTIME_DIR unset: a private folder in the temp dir serves', async () => {
    const where = await elsewhere({ XDG_RUNTIME_DIR: undefined });
    const inTemporary = join(world.env.TMPDIR ?? '', `tempest-${process.getuid?.()}-`);
    expect(where.places.runtime).toContain(inTemporary);
    const client = await start(where);
    expect(client.socket).toBe(where.places.daemonSocket);
    expect(statSync(where.places.runtime).mode & 0o777).toBe(0o700);
  });

  it('XDG_RUNTIME_DIR set for one client and not for another: they meet all the same', async () => {
    const [one, two] = [
      await start(),
      await start(await elsewhere({ XDG_RUNTIME_DIR: undefined })),
    ];
    expect(two.server).toEqual(one.server);
    expect(two.socket).toBe(one.socket);
    signal(one.server.pid, 'SIGKILL');
    await gone(one.server.pid);
    const next = await start(await elsewhere({ XDG_RUNTIME_DIR: undefined }));
    expect(next.socket).toBe(one.socket);
  });

  it('two HOMEs with one XDG_RUNTIME_DIR: each has a daemon of its own', async () => {
    const home = join(world.root, 'another home');
    mkdirSync(home);
    const where = await elsewhere({ HOME: home, XDG_STATE_HOME: undefined });
    const [one, two] = [await start(), await start(where)];
    world.onDispose(async () => {
      signal(two.server.pid, 'SIGTERM');
      await gone(two.server.pid);
    });
    expect(two.server.pid).not.toBe(one.server.pid);
    expect(two.socket).not.toBe(one.socket);
    const own = await elsewhere({ HOME: userInfo().homedir, XDG_STATE_HOME: undefined });
    expect(own.places.runtime).toBe(join(world.env.XDG_RUNTIME_DIR ?? '', 'tempest'));
  });

  it('a socket path longer than 107 bytes: a short one is found', async () => {
    const where = await elsewhere({ XDG_RUNTIME_DIR: join(world.root, 'x'.repeat(120)) });
    world.onDispose(() => rmSync(where.places.runtime, { recursive: true }));
    const client = await start(where);
    expect(Buffer.byteLength(client.socket)).toBeLessThanOrEqual(107);
    expect((await client.request('session/list', {})).revision).toBe(1);
  });

  it('HOME not writable: a clear error, and nothing runs', async () => {
    const file = join(world.root, 'file');
    writeFileSync(file, '');
    const where = await elsewhere({ HOME: join(file, 'home'), XDG_STATE_HOME: undefined });
    await expect(start(where)).rejects.toMatchObject({
      kind: 'io-failed',
      message: expect.stringContaining(file),
      hint: expect.stringContaining('XDG_STATE_HOME'),
    });
    expect(daemons()).toEqual([]);
  });

  it('a runtime folder that cannot be made: a clear error, and nothing runs', async () => {
    const file = join(world.root, 'file');
    writeFileSync(file, '');
    await expect(start(await elsewhere({ XDG_RUNTIME_DIR: file }))).rejects.toMatchObject({
      kind: 'io-failed',
      hint: expect.stringContaining('XDG_RUNTIME_DIR'),
    });
    expect(daemons()).toEqual([]);
  });

  it('a daemon that cannot start says why, and a program that is none does, too', async () => {
    const broken = join(world.root, 'broken.mjs');
    writeFileSync(broken, 'throw new Error("broken on purpose")');
    await expect(start({ program: broken })).rejects.toMatchObject({
      kind: 'io-failed',
      message: expect.stringContaining('exit code 1'),
      hint: expect.stringContaining('daemon.log'),
    });
    expect(log()).toContain('broken on purpose');
  });
});
