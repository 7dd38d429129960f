// What a person is shown before work is committed or lands: all of it, and nothing else is done then.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create } from '../../support/tempest.ts';

let box: Sandbox;
let repo: string;
let client: Client;
let one: Session;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({
    files: { 'a.txt': 'one\n', 'old.txt': '1\n2\n3\n4\n', '.gitignore': 'ignored\n' },
  });
  await box.git(repo, 'config', 'user.name', 'Ada');
  await box.git(repo, 'config', 'user.email', 'ada@example.org');
  client = await connectIn(box);
  one = await create(client, { repo, name: 'one', prompt: 'change a' });
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

const session = 'one';
const write = (path: string, text: string) => writeFileSync(join(one.worktree, path), text);
const head = () => box.git(one.worktree, 'rev-parse', 'HEAD');
const commit = async (path: string, message: string) => {
  write(path, `${message}\n`);
  await client.request('session/commit', { session, message });
};
const onMain = async () => {
  writeFileSync(join(repo, 'main.txt'), `${await box.git(repo, 'rev-parse', 'HEAD')}\n`);
  await box.git(repo, 'add', 'main.txt');
  await box.git(repo, 'commit', '-qm', 'Move on');
};
const moved = expect.objectContaining({ kind: 'base-moved' });

it('a commit takes all that its preview showed, and is refused once the files are others', async () => {
  write('a.txt', 'two\nthree\n');
  write('new.txt', 'new\n');
  write('ignored', 'mine\n');
  await box.git(one.worktree, 'mv', 'old.txt', 'name.txt');
  const plan = await client.request('commit/plan', { session });
  expect(plan).toMatchObject({
    head: one.base.commit,
    changes: { files: 3, added: 3, removed: 1 },
    files: [
      { path: 'a.txt', status: 'modified', added: 2, removed: 1 },
      { path: 'name.txt', oldPath: 'old.txt', status: 'renamed' },
      { path: 'new.txt', status: 'added', added: 1 },
    ],
    conflicts: [],
  });
  const expected = { head: plan.head, tree: plan.tree };
  write('new.txt', 'other\n');
  await expect(client.request('session/commit', { session, expected })).rejects.toEqual(moved);
  expect(await head()).toBe(one.base.commit);
  write('new.txt', 'new\n');
  await client.request('session/commit', { session, expected });
  expect(await box.git(one.worktree, 'rev-parse', 'HEAD^{tree}')).toBe(plan.tree);
  expect((await client.request('commit/plan', { session })).files).toEqual([]);
});

it('a preview names what is in conflict, which no commit takes', async () => {
  await commit('a.txt', 'mine');
  writeFileSync(join(repo, 'a.txt'), 'theirs\n');
  await box.git(repo, 'commit', '-qam', 'Theirs');
  await box.git(one.worktree, 'merge', '-q', 'main').catch(() => {});
  expect(await client.request('commit/plan', { session })).toMatchObject({ conflicts: ['a.txt'] });
  await expect(client.request('session/commit', { session })).rejects.toMatchObject({
    kind: 'conflict',
  });
});

it('previews of merge, rebase and squash tell the commits and the files that land', async () => {
  await commit('new.txt', 'The first: ü');
  await commit('a.txt', 'The second');
  await onMain();
  const lands = {
    commits: 2,
    subjects: ['The second', 'The first: ü'],
    changes: { files: 2, added: 2, removed: 1 },
    files: [{ path: 'a.txt' }, { path: 'new.txt' }],
  };
  expect(await client.request('merge/plan', { session })).toMatchObject(lands);
  expect(await client.request('rebase/plan', { session })).toMatchObject(lands);
  expect(await client.request('squash/plan', { session })).toMatchObject(lands);
});

it('what has moved since its preview is not rebased, squashed or merged', async () => {
  await commit('new.txt', 'one');
  await commit('a.txt', 'two');
  await onMain();
  const plans = [
    ['rebase/plan', 'session/rebase'],
    ['squash/plan', 'session/squash'],
    ['merge/plan', 'merge/apply'],
  ] as const;
  for (const [plan, apply] of plans) {
    const { tip, head: from } = await client.request(plan, { session });
    await onMain();
    const before = await head();
    const expected = { tip, head: from };
    await expect(client.request(apply, { session, expected })).rejects.toEqual(moved);
    expect(await head()).toBe(before);
  }
  const { tip, head: from } = await client.request('squash/plan', { session });
  await client.request('session/squash', { session, expected: { tip, head: from } });
  expect(await client.request('merge/plan', { session })).toMatchObject({ commits: 1 });
});
