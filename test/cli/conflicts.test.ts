// `tempest conflicts`: who would get in whose way.
import { writeFileSync } from 'node:fs';
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
