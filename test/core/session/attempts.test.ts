// Several attempts at one prompt: begun alike, compared, and one of them chosen without losing the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get, list } from '../../support/tempest.ts';

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '5' });
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

const race = (more: object = {}) =>
  client.request('group/race', {
    repo,
    prompt: 'fix the login',
    count: 3,
    command: ['cat'],
    ...more,
  });
const compare = (...names: string[]) => client.request('group/compare', { names, repo });

it('begins all at one commit, in sessions of their own, under one name', async () => {
  const { group, attempts } = await race();
  const sessions = attempts.map(({ session }) => session);
  expect(sessions.map((session) => session?.name)).toEqual([
    'fix-login-1',
    'fix-login-2',
    'fix-login-3',
  ]);
  const head = await box.git(repo, 'rev-parse', 'HEAD');
  for (const session of sessions) {
    expect(session).toMatchObject({ group, prompt: 'fix the login', base: { commit: head } });
  }
  expect(new Set(sessions.map((session) => session?.worktree)).size).toBe(3);
  const again = await race({ count: 1 });
  expect(again.attempts[0]?.session?.name).toBe('fix-login-v2-1');
  const named = await race({ count: 1, name: 'mine' });
  expect(named.attempts[0]?.session?.name).toBe('mine-1');
  await expect(race({ name: '../out' })).rejects.toMatchObject({ kind: 'bad-name' });
});

it('goes on with the others when one can’t be started, and says so', async () => {
  const agents = ['demo', 'no-such-agent'];
  const { attempts } = await race({ command: undefined, agents });
  expect(attempts.map(({ agent, session, error }) => [agent, session?.agent, error?.kind])).toEqual(
    [
      ['demo', 'demo', undefined],
      ['no-such-agent', undefined, 'unknown-agent'],
      ['demo', 'demo', undefined],
    ],
  );
  const all = race({ command: undefined, agents: ['no-such-agent'] });
  await expect(all).rejects.toMatchObject({ kind: 'unknown-agent' });
  expect(await list(client)).toHaveLength(2);
});

it('are compared as they are now, by the group or one of it, and so are any sessions', async () => {
  writeFileSync(join(repo, '.tempest.toml'), 'check = "test -e b.txt"\n');
  const found = await client.request('repo/inspect', { path: repo });
  await client.request('repo/approve', { path: repo, hash: found.check?.hash ?? '' });
  const { group, attempts } = await race({ count: 2 });
  const [one, two] = attempts.map(({ session }) => session);
  writeFileSync(join(one?.worktree ?? '', 'b.txt'), 'b\nc\n');
  await client.request('session/check', { session: 'fix-login-1' });
  await client.request('session/check', { session: 'fix-login-2' });
  writeFileSync(join(two?.worktree ?? '', 'a.txt'), 'two\n');
  for (const names of [
    ['fix-login'],
    [group.id],
    ['fix-login-2'],
    ['fix-login-1', 'fix-login-2'],
  ]) {
    const { attempts: told } = await compare(...names);
    expect(
      told.map(({ session: { name, changes, check }, turns, ms }) => [
        name,
        changes?.files,
        changes?.added,
        changes?.removed,
        check?.state,
        check?.stale,
        turns,
        ms > 0,
      ]),
    ).toEqual([
      ['fix-login-1', 1, 2, 0, 'passed', false, 0, true],
      ['fix-login-2', 1, 1, 1, 'failed', true, 0, true],
    ]);
  }
  await create(client, { repo, name: 'alone' });
  expect((await compare('alone')).group).toBeNull();
  await expect(compare('nobody')).rejects.toMatchObject({ kind: 'unknown-session' });
});

it('keeps the chosen one, and every line of the others for a restore', async () => {
  const { attempts } = await race();
  const [one, two, three] = attempts.map(({ session }) => session);
  await create(client, { repo, name: 'alone' });
  writeFileSync(join(one?.worktree ?? '', 'untracked.txt'), 'work of one\n');
  writeFileSync(join(three?.worktree ?? '', 'a.txt'), 'work of three\n');
  await box.git(three?.worktree ?? '', 'commit', '-qam', 'three');
  const tip = await box.git(three?.worktree ?? '', 'rev-parse', 'HEAD');
  const { session, removed } = await client.request('group/choose', { session: 'fix-login-2' });
  expect(session).toMatchObject({ id: two?.id, removed: null });
  expect(removed.map(({ name, error }) => [name, error])).toEqual([
    ['fix-login-1', null],
    ['fix-login-3', null],
  ]);
  expect((await list(client)).map(({ name }) => name)).toEqual(['fix-login-2', 'alone']);
  expect(existsSync(one?.worktree ?? '')).toBe(false);
  for (const name of ['fix-login-1', 'fix-login-3']) {
    await client.request('session/restore', { session: name });
  }
  expect(readFileSync(join(one?.worktree ?? '', 'untracked.txt'), 'utf8')).toBe('work of one\n');
  expect(await box.git(three?.worktree ?? '', 'rev-parse', 'HEAD')).toBe(tip);
  expect((await get(client, 'fix-login-1')).group).toEqual(session.group);
  const alone = client.request('group/choose', { session: 'alone' });
  await expect(alone).rejects.toMatchObject({ kind: 'wrong-state' });
});
