// The conflict forecast of live sessions: what it says a real merge does, and it is told anew when a turn has ended.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import type { NotificationParams } from '../../../src/rpc/protocol.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n', 'b.txt': 'two\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

type Told = NotificationParams<'conflict/changed'>;

it('tells every client when a turn has changed it, though nobody has asked', async () => {
  const script =
    'echo ready; while read -r line; do printf "\\033]9;4;3;0\\007"; eval "$line"; printf "\\033]9;4;0;0\\007"; done';
  const told: Told[] = [];
  client.on('conflict/changed', (params) => told.push(params));
  const start = (name: string) => create(client, { repo, name, command: ['sh', '-c', script] });
  const [one, two] = [await start('one'), await start('two')];
  const turn = async (session: string, text: string) => {
    await untilSession(client, session, ({ status }) => status === 'idle', 'rest');
    await client.request('session/send', { session, text });
  };
  const saying = async (what: string, conflicts: Told['conflicts']) => {
    const isSaid = () => JSON.stringify(told.at(-1)?.conflicts) === JSON.stringify(conflicts);
    await until(isSaid, { what: `the forecast of ${what}` });
    expect(told.at(-1)).toMatchObject({ repo: one.repo, incomparable: [] });
    const asked = await client.request('conflict/list', { repo });
    expect(asked).toEqual({ conflicts, incomparable: [] });
  };
  await turn('one', 'echo mine > a.txt');
  await turn('two', 'echo theirs > a.txt');
  const both = { session: one.id, with: two.id, files: ['a.txt'] };
  await saying('both', [both]);
  await turn('two', 'echo theirs > b.txt');
  await untilSession(client, 'two', ({ changes }) => changes?.files === 2, 'the count');
  writeFileSync(join(repo, 'b.txt'), 'main\n');
  await box.git(repo, 'commit', '-qam', 'Main');
  await turn('one', 'echo more > c.txt');
  await saying('the base, too', [both, { session: two.id, with: null, files: ['b.txt'] }]);
  await client.request('session/remove', { session: 'two', force: true });
  await saying('none', []);
  const others = await connectIn(box);
  const heard: Told[] = [];
  others.on('conflict/changed', (params) => heard.push(params));
  writeFileSync(join(one.worktree, 'b.txt'), 'one\n');
  // Who asks lets the others know.
  const asked = await client.request('conflict/list', { repo });
  expect(asked.conflicts).toHaveLength(1);
  await until(() => heard.length > 0, { what: 'the other client to hear of it' });
  expect(heard.at(-1)?.conflicts).toEqual(asked.conflicts);
  others.close();
  rmSync(join(one.worktree, 'b.txt'));
});

it.each(['merge', 'squash'] as const)('leaves out what has landed by %s', async (strategy) => {
  await box.git(repo, 'config', 'user.name', 'Ada');
  await box.git(repo, 'config', 'user.email', 'ada@example.org');
  const command = ['sh', '-c', 'echo ready; cat'];
  const start = (name: string) => create(client, { repo, name, command });
  const [one, two] = [await start('one'), await start('two')];
  for (const { worktree, name } of [one, two]) {
    writeFileSync(join(worktree, 'a.txt'), `by ${name}\n`);
    await box.git(worktree, 'commit', '-qam', name);
  }
  const files = ['a.txt'];
  const forecast = async () => (await client.request('conflict/list', { repo })).conflicts;
  expect(await forecast()).toEqual([{ session: one.id, with: two.id, files }]);
  await client.request('merge/apply', { session: 'one', strategy });
  expect(await forecast()).toEqual([{ session: two.id, with: null, files }]);
  // What it does since then has not landed.
  writeFileSync(join(one.worktree, 'a.txt'), 'more\n');
  expect(await forecast()).toContainEqual({ session: one.id, with: two.id, files });
});

it('counts what is being merged as merged', async () => {
  await box.git(repo, 'config', 'user.name', 'Ada');
  await box.git(repo, 'config', 'user.email', 'ada@example.org');
  const change = async (folder: string, path: string, text: string) => {
    writeFileSync(join(folder, path), text);
    await box.git(folder, 'add', '-A');
    await box.git(folder, 'commit', '-qm', path);
  };
  const forecast = async () => (await client.request('conflict/list', { repo })).conflicts;
  const one = await create(client, { repo, name: 'one' });
  const two = await create(client, { repo, name: 'two' });
  await change(one.worktree, 'a.txt', 'by one\n');
  await change(two.worktree, 'b.txt', 'by two\n');
  await change(repo, 'a.txt', 'by main\n');
  await change(repo, 'b.txt', 'by main\n');
  const other = { session: two.id, with: null, files: ['b.txt'] };
  const base = { session: one.id, with: null, files: ['a.txt'] };
  expect(await forecast()).toEqual([base, other]);
  await client.request('conflict/open', { session: 'one', by: 'merge' });
  writeFileSync(join(one.worktree, 'a.txt'), 'by both\n');
  // With the base there is nothing left to settle; the other session meets the base in it.
  const both = { session: one.id, with: two.id, files: ['b.txt'] };
  expect(await forecast()).toEqual([both, other]);
});
