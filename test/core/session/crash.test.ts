// The daemon killed after each single step of create, close, remove and restore: nothing lost, nothing orphaned.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { bundle } from '../../rpc/support/build.ts';
import { processesOf } from '../../support/processes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get, list, programs, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let program: { program: string; folder: string };
let box: Sandbox;
let repo: string;
let clients: Client[];

beforeAll(async () => {
  program = await bundle('test/support/stepwise-daemon.ts');
});
afterAll(() => rmSync(program.folder, { recursive: true, force: true }));
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n', '.gitignore': '.env\n' } });
  writeFileSync(join(repo, '.env'), 'SECRET=1\n');
  clients = [];
});
afterEach(async (t) => {
  if (t.task.result?.state === 'fail') console.log(readFileSync(box.places.daemonLog, 'utf8'));
  for (const client of clients) client.close();
  await box.dispose();
});

/** A client of the daemon that runs, or of a new one, which ends after `stopAfter` if that is given. */
async function client(stopAfter?: string): Promise<Client> {
  const env = { TEST_STOP_AFTER: stopAfter ?? '', TEST_PROGRAMS: programs };
  const connected = await connectIn(box, program.program, env);
  clients.push(connected);
  return connected;
}

/** Runs `request` on a daemon that is killed after `step`, then gives a client of the next daemon. */
async function killedAfter(step: string, request: (client: Client) => Promise<unknown>) {
  const doomed = await client(step);
  const { pid } = doomed.server;
  await expect(request(doomed)).rejects.toThrow();
  await until(() => !processesOf(box.root).some((one) => one.pid === pid), {
    what: `the daemon to die after ${step}`,
  });
  return await client();
}

async function stopDaemon(of: Client): Promise<void> {
  const { pid } = of.server;
  await of.request('daemon/stop', {});
  await until(() => !processesOf(box.root).some((one) => one.pid === pid), {
    what: 'the daemon to stop',
  });
}

/** Counts its starts beside the worktree, then stays. */
const counter = ['sh', '-c', 'echo started >> "$TEMPEST_WORKTREE.starts"; exec cat'];
const starts = (session: Session) =>
  readFileSync(`${session.worktree}.starts`, 'utf8').trim().split('\n').length;
const running = (session: Session) =>
  processesOf(`TEMPEST_SESSION=${session.id}`).filter(({ command }) => command === 'cat');
const worktrees = async () => (await box.git(repo, 'worktree', 'list')).split('\n').length;
const branches = () => box.git(repo, 'branch', '--list', 'tempest/*', '--format=%(refname:short)');

describe('create', () => {
  const steps = [
    'create:recorded',
    'create:worktree',
    'create:copied',
    'create:provisioned',
    'start:recorded',
    'create:started',
  ];
  for (const step of steps) {
    it(`killed after ${step}, is finished by the next daemon, once`, async () => {
      const next = await killedAfter(step, (doomed) =>
        create(doomed, { repo, name: 'work', command: counter }),
      );
      const [found, ...others] = await list(next);
      expect(others).toEqual([]);
      const session = await untilSession(
        next,
        found?.id ?? '',
        ({ status }) => status === 'idle' || status === 'starting',
        'the session to run',
      );
      await until(() => running(session).length === 1, { what: 'its program to run' });
      expect(starts(session)).toBe(1);
      expect(readFileSync(join(session.worktree, '.env'), 'utf8')).toBe('SECRET=1\n');
      const beside = readdirSync(dirname(session.worktree));
      expect(beside.sort()).toEqual(['work', 'work.starts']);
      expect(await worktrees()).toBe(2);
      expect(await branches()).toBe('tempest/work');
    });
  }
});

describe('an agent that was started though its record could not say so any more', () => {
  it('is adopted with its terminal, not started a second time', async () => {
    const before = await client();
    const session = await create(before, { repo, name: 'work', command: counter });
    await until(() => running(session).length === 1, { what: 'its program to run' });
    const [program] = running(session);
    process.kill(before.server.pid, 'SIGKILL');
    await until(() => !processesOf(box.root).some(({ pid }) => pid === before.server.pid), {
      what: 'the daemon to die',
    });
    const file = join(box.places.sessions, `${session.id}.json`);
    const record = JSON.parse(readFileSync(file, 'utf8'));
    const unsaid = { task: 'create', status: 'creating', process: null, provisioned: false };
    writeFileSync(file, JSON.stringify({ ...record, ...unsaid }));

    const next = await client();
    const found = await untilSession(
      next,
      session.id,
      ({ status }) => status === 'idle' || status === 'starting',
      'the session to run',
    );
    expect(starts(found)).toBe(1);
    expect(running(found)).toEqual([program]);
    await next.request('session/close', { session: 'work' });
    expect(running(found)).toEqual([]);
  });
});

describe('close', () => {
  for (const step of ['close:recorded', 'close:ended', 'close:done']) {
    it(`killed after ${step}, is finished by the next daemon`, async () => {
      const before = await client();
      const session = await create(before, { repo, name: 'work', command: counter });
      writeFileSync(join(session.worktree, 'new.txt'), 'untracked\n');
      await until(() => running(session).length === 1, { what: 'its program to run' });
      await stopDaemon(before);

      const next = await killedAfter(step, (doomed) =>
        doomed.request('session/close', { session: 'work' }),
      );
      const closed = await untilSession(
        next,
        'work',
        ({ status }) => status === 'closed',
        'the session to be closed',
      );
      expect(running(closed)).toEqual([]);
      expect(readFileSync(join(closed.worktree, 'new.txt'), 'utf8')).toBe('untracked\n');
      expect(starts(closed)).toBe(1);
    });
  }
});

describe('remove', () => {
  const steps = ['recorded', 'ended', 'kept', 'trashed', 'branch', 'done'];
  for (const step of steps.map((name) => `remove:${name}`)) {
    it(`killed after ${step}, is finished by the next daemon, and can be restored`, async () => {
      const before = await client();
      const session = await create(before, { repo, name: 'work', command: counter });
      writeFileSync(join(session.worktree, 'new.txt'), 'untracked\n');
      writeFileSync(join(session.worktree, 'a.txt'), 'two\n');
      await until(() => running(session).length === 1, { what: 'its program to run' });
      await stopDaemon(before);

      const next = await killedAfter(step, (doomed) =>
        doomed.request('session/remove', { session: 'work', force: true }),
      );
      await until(async () => (await list(next)).length === 0, { what: 'the session to be gone' });
      expect((await list(next, true)).map(({ id }) => id)).toEqual([session.id]);
      expect(running(session)).toEqual([]);
      expect(existsSync(session.worktree)).toBe(false);
      expect(await worktrees()).toBe(1);
      expect(await branches()).toBe('');
      await until(() => trashed(session).length === 0, { what: 'the trash to be emptied' });

      await next.request('session/restore', { session: session.id });
      const restored = await get(next, session.id);
      expect(restored.status).toBe('closed');
      expect(readFileSync(join(restored.worktree, 'new.txt'), 'utf8')).toBe('untracked\n');
      expect(readFileSync(join(restored.worktree, 'a.txt'), 'utf8')).toBe('two\n');
      expect(await box.git(restored.worktree, 'status', '--short')).toBe(' M a.txt\n?? new.txt');
    });
  }
});

describe('restore', () => {
  for (const step of ['restore:recorded', 'restore:worktree', 'restore:done']) {
    it(`killed after ${step}, is finished by the next daemon`, async () => {
      const before = await client();
      const session = await create(before, { repo, name: 'work', command: counter });
      writeFileSync(join(session.worktree, 'new.txt'), 'untracked\n');
      await before.request('session/remove', { session: 'work', force: true });
      await stopDaemon(before);

      const next = await killedAfter(step, (doomed) =>
        doomed.request('session/restore', { session: session.id }),
      );
      await until(async () => (await list(next)).length === 1, { what: 'the session to be back' });
      const restored = await untilSession(
        next,
        session.id,
        ({ status }) => status === 'closed',
        'the session to be closed',
      );
      expect(readFileSync(join(restored.worktree, 'new.txt'), 'utf8')).toBe('untracked\n');
      expect(await worktrees()).toBe(2);
      expect(await branches()).toBe('tempest/work');
      expect(await list(next, true)).toEqual([]);
    });
  }
});

function trashed(session: Session): string[] {
  const trash = join(dirname(session.worktree), '.trash');
  return existsSync(trash) ? readdirSync(trash) : [];
}
