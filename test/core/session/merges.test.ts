// Merges that meet: with each other, and with somebody else's git.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, untilSession } from '../../support/tempest.ts';

let box: Sandbox;
let client: Client;
let repo: string;

beforeEach(async () => {
  box = await sandbox();
  client = await connectIn(box);
  repo = await box.repo();
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

/** A session with one commit, of a file with its name. */
async function committed(name: string) {
  const { worktree } = await create(client, { repo, name });
  writeFileSync(join(worktree, name), `${name}\n`);
  await client.request('session/commit', { session: name });
}

it('those that are asked for at once all land, one after the other', async () => {
  const names = ['one', 'two', 'three', 'four', 'five'];
  await Promise.all(names.map(committed));
  const landed = await Promise.allSettled(
    names.map((session) => client.request('merge/apply', { session, strategy: 'merge' })),
  );
  expect(landed.map(({ status }) => status)).toEqual(names.map(() => 'fulfilled'));
  const files = (await box.git(repo, 'ls-tree', '--name-only', 'main')).split('\n');
  expect(files).toEqual(['README.md', ...names].sort());
  expect(await box.git(repo, 'status', '--porcelain')).toBe('');
});

it('what has landed is counted no longer', async () => {
  await committed('one');
  await untilSession(client, 'one', ({ changes }) => changes?.files === 1, 'the file');
  await client.request('merge/apply', { session: 'one', strategy: 'merge' });
  await untilSession(client, 'one', ({ changes }) => changes?.files === 0, 'the new base');
});

it('files that were moved before the branch could not be go back', async () => {
  await committed('one');
  writeFileSync(join(repo, 'mine'), 'staged\n');
  await box.git(repo, 'add', 'mine');
  const lock = join(repo, '.git/HEAD.lock');
  writeFileSync(lock, '');
  const merge = () => client.request('merge/apply', { session: 'one', strategy: 'merge' });
  await expect(merge()).rejects.toMatchObject({ kind: 'base-dirty' });
  expect(await box.git(repo, 'status', '--porcelain')).toBe('A  mine');
  rmSync(lock);
  await merge();
  expect(await box.git(repo, 'status', '--porcelain')).toBe('A  mine');
  expect(await box.git(repo, 'ls-tree', '--name-only', 'main')).toContain('one');
});

it('a session whose branch was deleted is told how to get it back', async () => {
  await committed('one');
  await box.git(repo, 'update-ref', '-d', 'refs/heads/tempest/one');
  const refused = { kind: 'wrong-state', hint: expect.stringContaining('git update-ref') };
  for (const method of ['merge/plan', 'session/commit', 'session/fork'] as const) {
    await expect(client.request(method, { session: 'one', prompt: '' })).rejects.toMatchObject(
      refused,
    );
  }
});
