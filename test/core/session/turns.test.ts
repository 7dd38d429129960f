// Checkpoints of real sessions: one at the end of each turn, compared, and gone back to.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

/** A shell that shows its turns as a progress bar: what is sent to it is what it does. */
async function agent(name: string) {
  const script =
    'echo ready; while read -r line; do printf "\\033]9;4;3;0\\007"; eval "$line"; printf "\\033]9;4;0;0\\007"; done';
  const command = ['sh', '-c', script];
  const made = await client.request('session/create', { repo, name, command });
  const session = made.id;
  const send = async (text: string) => {
    await untilSession(client, session, ({ status }) => status === 'idle', 'rest');
    await client.request('session/send', { session, text });
  };
  const checkpoints = async () =>
    (await client.request('checkpoint/list', { session })).checkpoints;
  const turn = async (text: string) => {
    const before = (await checkpoints()).length;
    await send(text);
    const isKept = async () => (await checkpoints()).length > before;
    await until(isKept, { what: `a checkpoint of "${text}"` });
  };
  const files = async (params: object) => {
    const diff = await client.request('session/diff', { session, ...params });
    return diff.files.map(({ path }) => path);
  };
  const rewind = (number: number) => client.request('checkpoint/rewind', { session, number });
  const path = (file: string) => join(made.worktree, file);
  return { ...made, path, send, turn, checkpoints, files, rewind };
}

it('keeps the end of each turn, with the prompt, and compares any scope', async () => {
  const one = await agent('one');
  await one.turn('echo 1 > first.txt');
  await one.turn('echo 2 > second.txt');
  const kept = await one.checkpoints();
  expect(kept.map(({ number, prompt, ending }) => [number, prompt, ending])).toEqual([
    [1, 'echo 1 > first.txt', 'done'],
    [2, 'echo 2 > second.txt', 'done'],
  ]);
  expect(await one.files({})).toEqual(['first.txt', 'second.txt']);
  expect(await one.files({ scope: 'turn' })).toEqual(['second.txt']);
  expect(await one.files({ turn: 1 })).toEqual(['first.txt']);
  await box.git(one.worktree, 'add', 'first.txt');
  await box.git(one.worktree, 'commit', '-qm', 'first');
  expect(await one.files({ scope: 'uncommitted' })).toEqual(['second.txt']);
  await expect(one.files({ turn: 9 })).rejects.toMatchObject({ kind: 'unknown-checkpoint' });
});

it('shows a turn without what was undone by a rewind before it', async () => {
  const one = await agent('one');
  for (const name of ['first', 'second', 'third']) await one.turn(`echo ${name} > ${name}.txt`);
  await one.rewind(1);
  // The last one of which the files still tell.
  expect(await one.files({ scope: 'turn' })).toEqual(['first.txt']);
  await one.turn('echo fourth > fourth.txt');
  expect(await one.files({ scope: 'turn' })).toEqual(['fourth.txt']);
  expect(await one.files({ turn: 5 })).toEqual(['fourth.txt']);
  expect(await one.files({ turn: 3 })).toEqual(['third.txt']);
  // And forth again, to what was there before the first rewind.
  await one.rewind(4);
  expect(await one.files({ scope: 'turn' })).toEqual(['third.txt']);
  await one.send('echo fifth > fifth.txt; read -r more');
  await until(() => existsSync(one.path('fifth.txt')), { what: 'the turn to write' });
  expect(await one.files({ scope: 'turn' })).toEqual(['fifth.txt']);
});

it('shows a turn without what a rebase or a squash before it has brought', async () => {
  const one = await agent('one');
  const commit = (name: string) =>
    `echo ${name} > ${name}.txt; git add .; git -c user.name=A -c user.email=a@example.org commit -qm ${name}`;
  await one.turn(commit('first'));
  await one.turn(commit('second'));
  writeFileSync(join(repo, 'theirs.txt'), 'theirs\n');
  await box.git(repo, 'add', '.');
  await box.git(repo, 'commit', '-qm', 'Theirs');
  await client.request('session/rebase', { session: one.id });
  expect(await one.files({ scope: 'turn' })).toEqual([]);
  await one.turn('echo third > third.txt');
  expect(await one.files({ scope: 'turn' })).toEqual(['third.txt']);
  expect(await one.files({ turn: 4 })).toEqual(['third.txt']);
  expect(await one.files({ turn: 1 })).toEqual(['first.txt']);
  await client.request('session/squash', { session: one.id });
  expect(await one.files({ scope: 'turn' })).toEqual(['third.txt']);
  await one.turn('echo fourth > fourth.txt');
  expect(await one.files({ scope: 'turn' })).toEqual(['fourth.txt']);
});

it('keeps a file before hunks of it are rejected, once, and counts that as no turn', async () => {
  const one = await agent('one');
  const keep = async (path: string) => {
    const { tree } = await client.request('session/diff', { session: one.id });
    return await client.request('checkpoint/keep', { session: one.id, tree, path });
  };
  await one.turn('echo first > first.txt');
  expect(await keep('first.txt')).toMatchObject({ number: 1 });
  writeFileSync(one.path('first.txt'), 'mine\n');
  const prompt = 'before a hunk of first.txt was rejected';
  expect(await keep('first.txt')).toMatchObject({ number: 2, ending: 'reject', prompt });
  expect(await keep('first.txt')).toMatchObject({ number: 2 });
  expect(await keep('a.txt')).toMatchObject({ number: 2 });
  await one.send('echo second > second.txt; read -r more');
  await until(() => existsSync(one.path('second.txt')), { what: 'the turn to write' });
  expect(await keep('second.txt')).toMatchObject({ number: 3, ending: 'reject' });
  expect(await one.files({ scope: 'turn' })).toEqual(['first.txt', 'second.txt']);
  const tree = '0'.repeat(40);
  const nothing = client.request('checkpoint/keep', { session: one.id, tree, path: 'a.txt' });
  await expect(nothing).rejects.toMatchObject({ kind: 'git-failed' });
});

it('compares any two checkpoints, or one with the base or with now', async () => {
  const one = await agent('one');
  for (const name of ['a', 'b', 'c']) await one.turn(`echo ${name} > ${name}.new`);
  writeFileSync(one.path('d.new'), 'd\n');
  expect(await one.files({ from: 1, to: 3 })).toEqual(['b.new', 'c.new']);
  expect(await one.files({ from: 3, to: 1 })).toEqual(['b.new', 'c.new']);
  expect(await one.files({ from: 2 })).toEqual(['c.new', 'd.new']);
  expect(await one.files({ to: 2 })).toEqual(['a.new', 'b.new']);
  await expect(one.files({ from: 1, to: 9 })).rejects.toMatchObject({ kind: 'unknown-checkpoint' });
});

it('shows what came since the person looked, though it was cleaned up or counted meanwhile', async () => {
  const one = await agent('one');
  await one.turn('echo shown > shown.txt');
  const { tree } = await client.request('session/diff', { session: one.id });
  writeFileSync(one.path('later.txt'), 'later\n');
  // Counted, but not shown.
  await client.request('session/diff', { session: one.id });
  await client.request('session/seen', { session: one.id, tree });
  rmSync(one.path('shown.txt'));
  await one.turn('true');
  const refs = async () => await box.git(repo, 'for-each-ref', `refs/tempest/${one.id}/`);
  await box.git(repo, 'update-ref', '-d', `refs/tempest/${one.id}/1`);
  await box.git(repo, 'reflog', 'expire', '--expire=now', '--all');
  await box.git(repo, 'gc', '-q', '--prune=now');
  expect(await one.files({ scope: 'seen' })).toEqual(['later.txt', 'shown.txt']);
  const unknown = { session: one.id, tree: '0'.repeat(40) };
  await expect(client.request('session/seen', unknown)).rejects.toMatchObject({
    kind: 'bad-request',
  });
  expect(await refs()).toContain(`tree\trefs/tempest/${one.id}/seen`);
});

it('compares two sessions', async () => {
  const [one, two] = [await agent('one'), await agent('two')];
  writeFileSync(one.path('a.txt'), 'mine\n');
  writeFileSync(two.path('b.txt'), 'theirs\n');
  const diff = await client.request('session/diff', { session: 'one', against: 'two' });
  expect(diff.files.map(({ path, status }) => [path, status])).toEqual([
    ['a.txt', 'modified'],
    ['b.txt', 'deleted'],
  ]);
});

it('goes back to a checkpoint, keeping what it leaves, and not while the agent is at work', async () => {
  const one = await agent('one');
  await one.turn('echo 1 > first.txt');
  await one.turn('echo 2 > second.txt');
  writeFileSync(one.path('first.txt'), 'by hand\n');
  const kept = await one.rewind(1);
  expect(kept).toMatchObject({ number: 3, ending: 'rewind' });
  expect(readFileSync(one.path('first.txt'), 'utf8')).toBe('1\n');
  expect(existsSync(one.path('second.txt'))).toBe(false);
  await one.rewind(3);
  expect(readFileSync(one.path('first.txt'), 'utf8')).toBe('by hand\n');
  expect(existsSync(one.path('second.txt'))).toBe(true);
  await one.send('read -r more');
  await untilSession(client, one.id, ({ status }) => status === 'working', 'a turn');
  await expect(one.rewind(1)).rejects.toMatchObject({ kind: 'wrong-state' });
});

it('tells of each turn what it took, also once later ones have their own', async () => {
  const prompt = 'write it without asking';
  const env = { ...box.env, TEMPEST_DEMO_PACE: '1' };
  const { id } = await client.request('session/create', { repo, prompt, agent: 'demo', env });
  const list = async () => (await client.request('checkpoint/list', { session: id })).checkpoints;
  await until(async () => (await list()).length === 1, { what: 'the first turn to end' });
  const text = `and something longer, ${prompt}`;
  await client.request('session/send', { session: id, text });
  await until(async () => (await list()).length === 2, { what: 'the second turn to end' });
  const { usage } = await client.request('session/get', { session: id });
  const told = (await list()).map((one) => one.usage);
  expect(told.map((one) => one?.input)).toEqual(
    [prompt, text].map((one) => Math.ceil(one.length / 4)),
  );
  expect(told[1]).toEqual(usage?.turn);
  expect((told[0]?.output ?? 0) + (told[1]?.output ?? 0)).toBe(usage?.total.output);
});
