// Hunks of single files whose content or kind is made to mislead who reads a patch.
import { chmodSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileHunks } from '../../../src/core/review/hunks.ts';
import { readPatch } from '../../../src/core/review/patch-reader.ts';
import { takeSnapshot } from '../../../src/core/snapshot.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';

async function hunks(t: TestRepo, path: string, base = 'HEAD') {
  const tree = await takeSnapshot({ worktree: t.root, indexFile: join(t.home, 's/index') });
  const found = await fileHunks({ cwd: t.root, base, tree, path: Buffer.from(path) });
  return found?.map((hunk) => ({
    at: [hunk.oldStart, hunk.oldLines, hunk.newStart, hunk.newLines],
    old: hunk.old.toString('latin1'),
    new: hunk.new.toString('latin1'),
  }));
}

it('hazard 24: takes no line of a file for a header', async () => {
  const t = testRepo();
  t.write('a', '-- a/x\n-- b\nkeep\n-1 +1 @@\nkeep\n');
  t.commit();
  t.write('a', '++ b/x\n@@ -1 +1 @@\ndiff --git a/a b/a\nkeep\nkeep\n\\ No newline\n');
  expect(await hunks(t, 'a')).toEqual([
    {
      at: [1, 2, 1, 3],
      old: '-- a/x\n-- b\n',
      new: '++ b/x\n@@ -1 +1 @@\ndiff --git a/a b/a\n',
    },
    { at: [4, 1, 4, 0], old: '-1 +1 @@\n', new: '' },
    { at: [5, 0, 6, 1], old: '', new: '\\ No newline\n' },
  ]);
});

it('is exact about the last newline, carriage returns, and bytes of no encoding', async () => {
  const t = testRepo();
  t.write('open', 'a\nb');
  t.write('closed', 'a\nb\n');
  t.write('crlf', 'a\r\nb\r\n');
  t.write('bytes', Buffer.from('a\xff\n\xfe', 'latin1'));
  t.write('filled', '');
  t.commit();
  t.write('open', 'a\nb\n');
  t.write('closed', 'a\nb');
  t.write('crlf', 'a\nb\r\n');
  t.write('bytes', Buffer.from('a\xff\n\xfd', 'latin1'));
  t.write('filled', '\n');
  expect(await hunks(t, 'open')).toEqual([{ at: [2, 1, 2, 1], old: 'b', new: 'b\n' }]);
  expect(await hunks(t, 'closed')).toEqual([{ at: [2, 1, 2, 1], old: 'b\n', new: 'b' }]);
  expect(await hunks(t, 'crlf')).toEqual([{ at: [1, 1, 1, 1], old: 'a\r\n', new: 'a\n' }]);
  expect(await hunks(t, 'bytes')).toEqual([{ at: [2, 1, 2, 1], old: '\xfe', new: '\xfd' }]);
  expect(await hunks(t, 'filled')).toEqual([{ at: [0, 0, 1, 1], old: '', new: '\n' }]);
});

it('shows a file that became a link as a deletion and an addition, a mode alone as nothing', async () => {
  const t = testRepo();
  t.write('type', 'one\ntwo\n');
  t.write('mode', 'x\n');
  t.commit();
  rmSync(join(t.root, 'type'));
  symlinkSync('mode', join(t.root, 'type'));
  chmodSync(join(t.root, 'mode'), 0o755);
  expect(await hunks(t, 'type')).toEqual([
    { at: [1, 2, 0, 0], old: 'one\ntwo\n', new: '' },
    { at: [0, 0, 1, 1], old: '', new: 'mode' },
  ]);
  expect(await hunks(t, 'mode')).toEqual([]);
});

it('shows a submodule by the commits it stands at', async () => {
  const t = testRepo();
  const commit = t.git(['rev-parse', 'HEAD']).trim();
  const entry = (id: string) =>
    t.git(['mktree', '--missing'], t.root, `160000 commit ${id}\tsub\n`);
  const [base, tree] = [entry(commit), entry('1'.repeat(40))].map((id) => id.trim());
  const o = { cwd: t.root, base: base ?? '', tree: tree ?? '', path: Buffer.from('sub') };
  expect(await fileHunks(o)).toMatchObject([
    {
      old: Buffer.from(`Subproject commit ${commit}\n`),
      new: Buffer.from(`Subproject commit ${'1'.repeat(40)}\n`),
    },
  ]);
});

it('finds the rename that the whole difference has, though the two names alone match more', async () => {
  const t = testRepo();
  const content = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('');
  t.write('a', content);
  t.commit();
  renameSync(join(t.root, 'a'), join(t.root, 'c'));
  t.write('a/b', 'x\n');
  t.write('c', content.replace('line 5', 'mine'));
  expect(await hunks(t, 'c')).toEqual([{ at: [6, 1, 6, 1], old: 'line 5\n', new: 'mine\n' }]);
  expect(await hunks(t, 'a/b')).toEqual([{ at: [0, 0, 1, 1], old: '', new: 'x\n' }]);
  expect(await hunks(t, 'a')).toBeUndefined();
});

it('is the same whatever the person has set about diffs, but for how lines are matched', async () => {
  const t = testRepo();
  t.write('a', 'one\ntwo\nthree\nfour\n');
  t.commit();
  t.write('a', 'ONE\ntwo\nTHREE\nfour\n');
  const before = await hunks(t, 'a');
  for (const [key, value] of [
    ['diff.noprefix', 'true'],
    ['diff.mnemonicPrefix', 'true'],
    ['diff.interHunkContext', '9'],
    ['diff.context', '7'],
    ['diff.renames', 'false'],
    ['diff.external', '/bin/false'],
    ['diff.orderFile', '/nowhere'],
    ['diff.relative', 'true'],
    ['diff.suppressBlankEmpty', 'true'],
    ['diff.submodule', 'log'],
    ['diff.ignoreSubmodules', 'all'],
    ['color.ui', 'always'],
    ['color.diff', 'always'],
  ] as const) {
    t.git(['config', key, value]);
  }
  expect(before).toHaveLength(2);
  expect(await hunks(t, 'a')).toEqual(before);
});

it('refuses what is no patch, or ends in the middle', () => {
  for (const text of ['no patch\n', 'diff --git a/a b/a\n@@ -1,2 +1 @@\n-a\n', '-x\n']) {
    expect(() => readPatch(Buffer.from(text))).toThrow(/can't be read/);
  }
});
