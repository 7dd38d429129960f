// The check of a repository, run in real worktrees: what it says, when it is stale, and how it ends.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBoundedLog } from '../../../src/core/bounded-log.ts';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { lockHolder } from '../../../src/rpc/lock.ts';
import { signal } from '../../support/processes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let repo: string;
let client: Client;
let one: Session;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  client = await connectIn(box);
  one = await create(client, { repo, name: 'one' });
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

const check = (more: object = {}) =>
  client.request('session/check', { session: 'one', ...more }).then((session) => session.check);
const log = async () => (await client.request('check/log', { session: 'one' })).text;

/** Writes the repository's check, and approves it. */
async function setCheck(command: string, more = '') {
  writeFileSync(join(repo, '.tempest.toml'), `check = ${JSON.stringify(command)}\n${more}`);
  const found = await client.request('repo/inspect', { path: repo });
  await client.request('repo/approve', { path: repo, hash: found.check?.hash ?? '' });
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** A check that never ends, with a child; gives both of their ids once they run. */
async function endless(): Promise<number[]> {
  await setCheck('trap "" HUP; sleep 600 & echo pids $$ $!; wait');
  await check({ wait: false });
  const said = async () =>
    /pids (\d+) (\d+)\n/
      .exec(await log())
      ?.slice(1)
      .map(Number);
  return (await until(said, { what: 'the check to run' })) as number[];
}
const gone = (pids: number[]) =>
  until(() => !pids.some(isAlive), { what: `the processes ${pids} to end` });

describe('the check of a session', () => {
  it('hazard 11: runs only in the text that was approved, from where the agent can’t change it', async () => {
    await expect(check()).rejects.toMatchObject({ kind: 'wrong-state' });
    writeFileSync(join(one.worktree, '.tempest.toml'), 'check = "touch evil"\n');
    await expect(check()).rejects.toMatchObject({ kind: 'wrong-state' });
    writeFileSync(join(repo, '.tempest.toml'), 'check = "true"\n');
    await expect(check()).rejects.toMatchObject({ kind: 'check-unapproved' });
    const { check: asked } = await client.request('check/command', { session: 'one' });
    expect(asked).toMatchObject({ command: 'true', approved: false, from: repo });
    await client.request('repo/approve', { path: asked?.from ?? '', hash: asked?.hash ?? '' });
    expect(await check()).toMatchObject({ state: 'passed', code: 0 });
    writeFileSync(join(repo, '.tempest.toml'), 'check = "touch evil"\n');
    await expect(check()).rejects.toMatchObject({ kind: 'check-unapproved' });
    expect(existsSync(join(one.worktree, 'evil'))).toBe(false);
  });

  it('runs on the worktree in its environment, and is stale once the files have changed', async () => {
    await setCheck('echo "port $TEMPEST_PORT in $PWD"; cat b.txt');
    expect(await check()).toMatchObject({ state: 'failed', code: 1, stale: false });
    expect(await log()).toContain(`port ${one.port} in ${one.worktree}\n`);
    writeFileSync(join(one.worktree, 'b.txt'), 'good\n');
    await client.request('session/diff', { session: 'one' });
    expect((await get(client, 'one')).check).toMatchObject({ state: 'failed', stale: true });
    const output: string[] = [];
    const passed = await client.request(
      'session/check',
      { session: 'one' },
      { onProgress: (told) => void (told.kind === 'output' && output.push(told.text)) },
    );
    expect(passed.check).toMatchObject({ state: 'passed', code: 0, stale: false });
    expect(output.join('')).toContain('good\n');
    const plan = await client.request('merge/plan', { session: 'one' });
    expect(plan.check).toEqual(passed.check);
  });

  it('is joined on the same files, and begun anew on others', async () => {
    await setCheck(
      'echo run >> "$TEMPEST_REPO/runs"; until [ -e "$TEMPEST_REPO/go" ]; do sleep 0.05; done',
    );
    const first = check();
    await until(() => existsSync(join(repo, 'runs')), { what: 'the first run' });
    expect(await check({ wait: false })).toMatchObject({ state: 'running' });
    writeFileSync(join(one.worktree, 'b.txt'), 'more\n');
    const last = check();
    await until(() => readFileSync(join(repo, 'runs'), 'utf8') === 'run\nrun\n', {
      what: 'two runs',
    });
    writeFileSync(join(repo, 'go'), '');
    const results = await Promise.all([first, last]);
    expect(results.at(-1)).toMatchObject({ state: 'passed', stale: false });
    expect(readFileSync(join(repo, 'runs'), 'utf8')).toBe('run\nrun\n');
  });

  it('hazard 13: ends with all that it started, when it is cancelled and when the session is closed', async () => {
    const first = await endless();
    const cancelled = await client.request('check/cancel', { session: 'one' });
    expect(cancelled.check).toMatchObject({ state: 'cancelled', code: null });
    await gone(first);
    const second = await endless();
    await client.request('session/close', { session: 'one' });
    await gone(second);
    expect((await get(client, 'one')).check?.state).toBe('cancelled');
    const third = await endless();
    await client.request('session/remove', { session: 'one' });
    await gone(third);
  });

  it('does not run for ever in the list when the daemon was killed', async () => {
    const pids = await endless();
    const daemon = lockHolder(box.places.daemonLock)?.pid ?? 0;
    signal(daemon, 'SIGKILL');
    await until(() => !isAlive(daemon), { what: 'the daemon to be gone' });
    client = await connectIn(box);
    expect((await get(client, 'one')).check?.state).toBe('cancelled');
    await gone(pids);
  });

  it('runs after each turn where the repository says so, once for the same files', async () => {
    await setCheck('echo run >> "$TEMPEST_REPO/runs"; cat b.txt', 'check_after_turn = true\n');
    const script =
      'echo ready; while read -r line; do printf "\\033]9;4;3;0\\007"; eval "$line"; printf "\\033]9;4;0;0\\007"; done';
    const { id } = await create(client, { repo, name: 'two', command: ['sh', '-c', script] });
    const turn = async (text: string, state: string) => {
      await untilSession(client, id, ({ status }) => status === 'idle', 'rest');
      await client.request('session/send', { session: id, text });
      return await untilSession(client, id, (now) => now.check?.state === state, state);
    };
    const failed = await turn('echo 1 > other.txt', 'failed');
    const passed = await turn('echo 1 > b.txt', 'passed');
    expect([failed.check?.code, passed.check?.code]).toEqual([1, 0]);
    await client.request('session/send', { session: id, text: 'echo 1 > b.txt' });
    const checkpoints = async () =>
      (await client.request('checkpoint/list', { session: id })).checkpoints.length;
    await until(async () => (await checkpoints()) >= 3, { what: 'the third turn' });
    expect(readFileSync(join(repo, 'runs'), 'utf8')).toBe('run\nrun\n');
  });
});

describe('the log of a check', () => {
  it('keeps the beginning and the end of an output of any length', async () => {
    const path = join(box.root, 'deep/er/log');
    const kept = await openBoundedLog(path, 100);
    for (let line = 0; line < 1000; line++) kept.write(Buffer.from(`line ${line}\n`));
    await kept.end();
    const text = readFileSync(path, 'utf8');
    expect(text.length).toBeLessThan(400);
    expect(text.startsWith('line 0\nline 1\n')).toBe(true);
    expect(text.endsWith('line 998\nline 999\n')).toBe(true);
    const left = Number(/(\d+) bytes are left out/.exec(text)?.[1]);
    const note = /\n\[.*\]\n/.exec(text)?.[0].length ?? 0;
    expect(left + text.length - note).toBe([...Array(1000).keys()].join('').length + 6 * 1000);
    const short = await openBoundedLog(path, 100);
    for (const part of ['a'.repeat(90), 'b'.repeat(90)]) short.write(Buffer.from(part));
    await short.end();
    expect(readFileSync(path, 'utf8')).toBe('a'.repeat(90) + 'b'.repeat(90));
  });
});
