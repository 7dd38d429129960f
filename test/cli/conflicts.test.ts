// `tempest conflicts`: who would get in whose way.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { tempest } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n', 'b.txt': 'two\n' } });
});
afterEach(() => box.dispose());

const create = async (name: string) => {
  const args = ['new', '--name', name, '--json', '--', 'cat'];
  return JSON.parse((await tempest(box, args, { cwd: repo })).stdout) as Session;
};
const conflicts = async () => {
  const { code, stdout } = await tempest(box, ['conflicts'], { cwd: repo });
  return { code, lines: stdout.split('\n').filter(Boolean).sort() };
};

it('names the sessions and the files, uncommitted work and a base that moved on included', async () => {
  const [one, two, three] = [await create('one'), await create('two'), await create('three')];
  expect(await conflicts()).toEqual({ code: 0, lines: [] });
  writeFileSync(join(one.worktree, 'a.txt'), 'of one\n');
  writeFileSync(join(two.worktree, 'a.txt'), 'of two\n');
  writeFileSync(join(three.worktree, 'b.txt'), 'of three\n');
  await box.git(two.worktree, 'commit', '-qam', 'two');
  expect(await conflicts()).toEqual({ code: 1, lines: ['one\ttwo\ta.txt'] });
  writeFileSync(join(repo, 'b.txt'), 'of main\n');
  await box.git(repo, 'commit', '-qam', 'main');
  const { base } = three;
  expect(await conflicts()).toEqual({
    code: 1,
    lines: ['one\ttwo\ta.txt', `three\t${base.ref}\tb.txt`],
  });
  expect(await box.git(one.worktree, 'status', '--porcelain')).toContain('M a.txt');
});

it('tells of a pair that has nothing in common, and of all the others', async () => {
  const [one, two] = [await create('one'), await create('two')];
  const three = await create('three');
  await box.git(three.worktree, 'checkout', '-q', '--orphan', 'fresh');
  for (const { worktree, name } of [one, two, three]) {
    writeFileSync(join(worktree, 'a.txt'), `of ${name}\n`);
    await box.git(worktree, 'commit', '-qam', name);
  }
  const { code, stdout, stderr } = await tempest(box, ['conflicts'], { cwd: repo });
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'one\ttwo\ta.txt\n' });
  for (const pair of ['one and three', 'two and three', 'three and main']) {
    expect(stderr).toContain(`tempest: ${pair} can't be compared: git merge-tree: `);
  }
  // One whose own state can't be read is no reason to say nothing of the others.
  rmSync(join(three.worktree, '.git'));
  const broken = await tempest(box, ['conflicts', '--json'], { cwd: repo });
  expect(JSON.parse(broken.stdout)).toMatchObject({
    conflicts: [{ session: one.id, with: two.id, files: ['a.txt'] }],
    incomparable: [{ session: one.id, with: three.id }, { session: two.id }, { session: three.id }],
  });
});

it('looks at a base that only a remote has where it is now', async () => {
  const remote = join(box.root, 'remote.git');
  await box.git(repo, 'clone', '-q', '--bare', repo, remote);
  await box.git(repo, 'remote', 'add', 'origin', remote);
  await box.git(repo, 'fetch', '-q', 'origin');
  const args = ['new', '--name', 'one', '--base', 'origin/main', '--json', '--', 'cat'];
  const one = JSON.parse((await tempest(box, args, { cwd: repo })).stdout) as Session;
  writeFileSync(join(one.worktree, 'a.txt'), 'of one\n');
  expect(await conflicts()).toEqual({ code: 0, lines: [] });
  writeFileSync(join(repo, 'a.txt'), 'theirs\n');
  await box.git(repo, 'commit', '-qam', 'Theirs');
  await box.git(repo, 'push', '-q', 'origin', 'main');
  expect(await conflicts()).toEqual({ code: 1, lines: ['one\torigin/main\ta.txt'] });
});
