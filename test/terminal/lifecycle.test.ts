// The host's own life: it starts once, outlives whoever started it, and ends when nobody needs it.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify } from '../../src/core/process.ts';
import { connectHost, HostGone } from '../../src/terminal/client.ts';
import { startServer } from '../../src/terminal/server.ts';
import { AlreadyRunning } from '../../src/terminal/socket-claim.ts';
import { startHost } from '../../src/terminal/start.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { hostProgram, type World, world } from './world.ts';

describe('the host', () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  afterEach(() => w.dispose());

  const options = () => ({
    socket: w.places.hostSocket,
    program: hostProgram,
    log: `${w.root}/host.log`,
    env: w.env,
  });

  it('listens where only its user can come', () => {
    expect(statSync(w.host.socket).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(w.host.socket)).mode & 0o777).toBe(0o700);
  });

  it('hazard 19: outlives every client, and a hang-up', async () => {
    const { pid } = await w.run('a', 'echo hello; sleep 1000');
    w.host.close();
    process.kill(w.host.pid, 'SIGHUP');
    const again = await connectHost(w.host.socket);
    expect(again.pid).toBe(w.host.pid);
    expect(await again.call('list', {})).toMatchObject([{ id: 'a', pid, exit: null }]);
    again.close();
  });

  it('is in a session of its own, in the root folder, and holds no terminal of the caller', async () => {
    expect(readlinkSync(`/proc/${w.host.pid}/cwd`)).toBe('/');
    const stat = readFileSync(`/proc/${w.host.pid}/stat`, 'latin1');
    const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
    expect(session).toBe(w.host.pid);
  });

  it('is one, however many start it at once', async () => {
    const env = { ...w.env, XDG_RUNTIME_DIR: `${w.root}/other` };
    const socket = `${w.root}/other/tempest/host.sock`;
    const hosts = await Promise.all(
      Array.from({ length: 4 }, () => startHost({ ...options(), socket, env })),
    );
    expect(new Set(hosts.map(({ pid }) => pid)).size).toBe(1);
    for (const host of hosts) host.close();
    process.kill(hosts[0]?.pid ?? 0, 'SIGTERM');
  });

  it('clears away the socket of a host that was killed, and tells clients that it is gone', async () => {
    let gone = 0;
    w.host.onGone(() => {
      gone += 1;
    });
    const pending = w.host.call('end', { terminal: 'none', graceMs: 1 }).catch(() => 'refused');
    process.kill(w.host.pid, 'SIGKILL');
    await until(() => gone === 1, { what: 'the client to notice' });
    await pending;
    await expect(w.host.call('list', {})).rejects.toThrow(HostGone);
    expect(existsSync(w.host.socket)).toBe(true);
    const next = await startHost(options());
    expect(next.pid).not.toBe(w.host.pid);
    next.close();
  });

  it('listens again where its folder was removed, and stays there', async () => {
    const { pid } = await w.run('a', 'sleep 1000');
    rmSync(dirname(w.host.socket), { recursive: true });
    await until(() => existsSync(w.host.socket), { what: 'the socket' });
    for (const _ of [1, 2]) {
      const again = await connectHost(w.host.socket);
      expect(await again.call('list', {})).toMatchObject([{ id: 'a', pid, exit: null }]);
      again.close();
    }
    expect(statSync(w.host.socket).mode & 0o777).toBe(0o600);
  });

  it('never takes the place of one that listens', async () => {
    const run = startServer({ socket: w.host.socket, now: Date.now });
    await expect(run).rejects.toThrow(AlreadyRunning);
    expect(await w.host.call('list', {})).toEqual([]);
  });

  it('breaks the lock of a dead process, not that of a living one', async () => {
    const socket = `${w.root}/l/host.sock`;
    mkdirSync(dirname(socket), { mode: 0o700 });
    writeFileSync(`${socket}.lock`, `${process.pid} another-start-time`);
    const server = await startServer({ socket, now: Date.now });
    expect(existsSync(`${socket}.lock`)).toBe(false);
    server.close();
    writeFileSync(`${socket}.lock`, `${process.pid} ${identify(process.pid)?.startTime}`);
    let started = false;
    const waiting = startServer({ socket, now: Date.now }).then((late) => {
      started = true;
      return late;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).toBe(false);
    rmSync(`${socket}.lock`);
    (await waiting).close();
  });

  it('says in plain words why it can not start', async () => {
    const blocked = `${w.root}/file`;
    writeFileSync(blocked, '');
    const run = startHost({ ...options(), socket: `${blocked}/host.sock` });
    await expect(run).rejects.toThrow(/host\.log/);
  });

  it('hazard 19: ends by itself when it holds nothing and nobody holds it', async () => {
    const socket = `${w.root}/i/host.sock`;
    let idle = false;
    await startServer({
      socket,
      now: Date.now,
      idleMs: 200,
      onIdle: () => {
        idle = true;
      },
    });
    const client = await connectHost(socket);
    const spec = { id: 'a', file: 'true', args: [], cwd: '/', env: w.env, cols: 80, rows: 24 };
    await client.call('spawn', spec);
    await until(async () => (await client.call('list', {}))[0]?.exit, { what: 'the exit' });
    client.close();
    // An exited terminal still has its last screen to show.
    const later = await connectHost(socket);
    expect(idle).toBe(false);
    await later.call('forget', { terminal: 'a' });
    later.close();
    await until(() => idle, { what: 'the end' });
    expect(existsSync(socket)).toBe(false);
  });

  it('gives back the terminal that exists when the same is asked for again', async () => {
    const first = await w.run('a', 'sleep 1000');
    const second = await w.run('a', 'echo other');
    expect(second.pid).toBe(first.pid);
    expect(first).toMatchObject({ startTime: identify(first.pid)?.startTime, exit: null });
  });

  it('names what is wrong when a program can not be started', async () => {
    const spawnWith = (more: object) =>
      w.host.call('spawn', {
        ...{ id: 'bad', file: 'sh', args: [], cwd: w.root, env: w.env, cols: 80, rows: 24 },
        ...more,
      });
    await expect(spawnWith({ file: 'no-such-agent' })).rejects.toThrow(/no-such-agent on the PATH/);
    writeFileSync(`${w.root}/text`, 'no program', { mode: 0o644 });
    await expect(spawnWith({ file: './text' })).rejects.toThrow(`${w.root}/text`);
    await expect(spawnWith({ cwd: `${w.root}/gone` })).rejects.toThrow(`${w.root}/gone`);
    await expect(spawnWith({ args: ['x'.repeat(200_000)] })).rejects.toThrow(/too long/);
    expect(await w.host.call('list', {})).toEqual([]);
  });

  it('leaves a child of its own for the kernel to hang up, when it is killed itself', async () => {
    await w.run('a', 'sleep 1000');
    process.kill(w.host.pid, 'SIGKILL');
    await until(() => processesOf(w.root).length === 0, { what: 'the program to be hung up' });
  });
});
