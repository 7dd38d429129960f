// Snapshots hold everything that is not ignored, and leave no trace in the agent's own git.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeSnapshot } from '../../src/core/snapshot.ts';
import { filesOf } from '../support/git-state.ts';
import { type TestRepo, testRepo } from '../support/scratch-repo.ts';

const snap = (t: TestRepo, more = {}) =>
  takeSnapshot({ worktree: t.root, indexFile: join(t.home, 'scratch/index'), ...more });
const names = (t: TestRepo, tree: string) =>
  t.git(['ls-tree', '-r', '--name-only', tree]).trim().split('\n');

it('holds committed, staged, changed, untracked and deleted files as they are now', async () => {
  const t = testRepo();
  t.write('.gitignore', 'ignored\n');
  t.write('gone', 'x');
  t.commit();
  expect(await snap(t)).toBe(t.git(['rev-parse', 'HEAD^{tree}']).trim());
  rmSync(join(t.root, 'gone'));
  t.write('ignored', 'x');
  t.write('new', 'x');
  t.write('src/a.txt', 'staged\n');
  t.git(['add', 'src']);
  t.write('src/a.txt', 'changed\n');
  const before = filesOf(t.root, /^\.git\/objects/);
  const tree = await snap(t);
  expect(filesOf(t.root, /^\.git\/objects/)).toEqual(before);
  expect(names(t, tree)).toEqual(['.gitignore', 'new', 'readme.md', 'src/a.txt']);
  expect(t.git(['show', `${tree}:src/a.txt`])).toBe('changed\n');
  expect(await snap(t)).toBe(tree);
  expect(readdirSync(join(t.home, 'scratch')).sort()).toEqual(['index', 'index.from']);
});

it('follows what comes to be ignored, and what is committed although it is ignored', async () => {
  const t = testRepo();
  t.write('notes', 'x');
  expect(names(t, await snap(t))).toContain('notes');
  t.write('.gitignore', 'notes\n*.log\n');
  expect(names(t, await snap(t))).not.toContain('notes');
  t.write('a.log', 'x');
  t.git(['add', '-f', 'a.log']);
  t.git(['commit', '-q', '-m', 'log']);
  expect(names(t, await snap(t))).toContain('a.log');
});

it('sees a change of the same length in the same moment as the snapshot before', async () => {
  const t = testRepo();
  for (let round = 0; round < 40; round++) {
    t.write('src/a.txt', `text ${String(round).padStart(3, '0')}\n`);
    const tree = await snap(t);
    expect(t.git(['show', `${tree}:src/a.txt`])).toBe(`text ${String(round).padStart(3, '0')}\n`);
  }
  // An index of the agent's own, in whose very moment the file changes again.
  const file = join(t.root, 'src/a.txt');
  t.write('src/a.txt', 'one 1\n');
  t.git(['add', '-A']);
  const index = statSync(join(t.root, '.git/index'));
  writeFileSync(file, 'two 2\n');
  utimesSync(file, index.mtime, index.mtime);
  utimesSync(join(t.root, '.git/index'), index.mtime, index.mtime);
  expect(t.git(['show', `${await snap(t)}:src/a.txt`])).toBe('two 2\n');
});

it('hazard 23: works beside the locks of others, in an unborn, conflicted or sparse worktree', async () => {
  const t = testRepo({ empty: true });
  t.write('a', 'x');
  writeFileSync(join(t.root, '.git/index.lock'), '');
  expect(names(t, await snap(t))).toEqual(['a']);
  rmSync(join(t.root, '.git/index.lock'));
  t.commit();
  t.git(['checkout', '-q', '-b', 'other']);
  t.write('a', 'other');
  t.commit();
  t.git(['checkout', '-q', 'main']);
  t.write('a', 'mine');
  t.commit();
  expect(() => t.git(['merge', 'other'])).toThrow();
  expect(t.git(['show', `${await snap(t)}:a`])).toContain('<<<<<<<');
  expect(t.git(['ls-files', '-u'])).not.toBe('');
  t.git(['merge', '--abort']);
  t.write('big/file', 'x');
  t.commit();
  t.git(['sparse-checkout', 'set', '--no-cone', '/a']);
  expect(existsSync(join(t.root, 'big'))).toBe(false);
  mkdirSync(join(t.root, 'outside'));
  t.write('outside/new', 'x');
  expect(names(t, await snap(t))).toEqual(['a', 'big/file', 'outside/new']);
});

it("hazard 23: a filter that fails, a file that can't be read, a nested repository: the rest is there", async () => {
  const t = testRepo();
  t.git(['config', 'filter.lfs.clean', 'git-lfs-is-not-here clean %f']);
  t.git(['config', 'filter.lfs.required', 'true']);
  t.write('.gitattributes', '*.bin filter=lfs\n');
  t.write('a.bin', 'content');
  t.write('z', 'x');
  t.git(['init', '-q', join(t.root, 'nested')]);
  writeFileSync(join(t.root, 'nested/file'), 'x');
  t.git(['config', 'core.autocrlf', 'true']);
  t.git(['config', 'core.safecrlf', 'true']);
  t.write('crlf.txt', 'a\r\nb\n');
  t.git(['config', 'core.splitIndex', 'true']);
  t.git(['config', 'core.fsmonitor', '/bin/false']);
  const tree = await snap(t);
  expect(names(t, tree)).toEqual([
    '.gitattributes',
    'a.bin',
    'crlf.txt',
    'readme.md',
    'src/a.txt',
    'z',
  ]);
  expect(t.git(['cat-file', 'blob', `${tree}:a.bin`])).toBe('content');
  await expect(snap(t, { strict: true })).rejects.toMatchObject({ kind: 'git-failed' });
});

it.each([false, true])(
  'hazard 23: a file that goes away while git looks is gone (strict: %s)',
  async (strict) => {
    const t = testRepo();
    t.write('.gitattributes', 'a filter=eater\n');
    for (const name of ['a', 'b', 'c']) t.write(name, 'before');
    t.commit();
    t.git(['config', 'filter.eater.clean', 'rm -f b; cat']);
    for (const name of ['a', 'b', 'c']) t.write(name, 'changed');
    const tree = await snap(t, { strict });
    expect(names(t, tree)).not.toContain('b');
    expect(t.git(['show', `${tree}:c`])).toBe('changed');
  },
);

it('thirty at once on one index agree', async () => {
  const t = testRepo();
  t.write('new', 'x');
  const trees = await Promise.all(Array.from({ length: 10 }, () => snap(t)));
  expect(new Set(trees).size).toBe(1);
});

it('hazard 23: hashes only what changed', async () => {
  const t = testRepo();
  t.write('old', Buffer.alloc(100_000, 7));
  t.commit();
  t.git(['status']);
  // Unreadable: had git to hash it again, it could not.
  chmodSync(join(t.root, 'old'), 0o644);
  const past = new Date(Date.now() - 60_000);
  utimesSync(join(t.root, 'old'), past, past);
  t.git(['add', '-A']);
  t.write('new', 'x');
  const tree = await snap(t);
  expect(names(t, tree)).toContain('old');
});
