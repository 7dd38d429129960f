// Diffs are read byte by byte, whatever the files are called and hold.
import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffFiles, diffStat, fileAt, mergeBase } from '../../../src/core/review/diff.ts';
import { diffFileSchema } from '../../../src/core/review/diff-file.ts';
import { takeSnapshot } from '../../../src/core/snapshot.ts';
import { random } from '../../support/random.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';

async function diff(t: TestRepo, base = 'HEAD') {
  const tree = await takeSnapshot({ worktree: t.root, indexFile: join(t.home, 's/index') });
  const files = await diffFiles({ cwd: t.root, base, tree });
  for (const file of files) diffFileSchema.parse(file);
  return { tree, files };
}

describe('a diff', () => {
  it('tells what was added, changed, deleted, renamed, retyped, made executable', async () => {
    const t = testRepo();
    for (const name of ['gone', 'mode', 'type', 'moved']) {
      t.write(name, Array.from({ length: 20 }, (_, n) => `${name} ${n}\n`).join(''));
    }
    t.write('binary', Buffer.from([0, 1, 2]));
    t.commit();
    rmSync(join(t.root, 'gone'));
    chmodSync(join(t.root, 'mode'), 0o755);
    rmSync(join(t.root, 'type'));
    symlinkSync('readme.md', join(t.root, 'type'));
    renameSync(join(t.root, 'moved'), join(t.root, 'to here'));
    t.write('to here', `${Array.from({ length: 20 }, (_, n) => `moved ${n}\n`).join('')}more\n`);
    t.write('binary', Buffer.from([0, 1, 3]));
    t.write('new', 'a\nb\n');
    t.write('src/a.txt', 'one\n2\n2.5\nthree\n');
    const { files, tree } = await diff(t);
    const short = files.map((f) => [
      f.path,
      f.status,
      f.added,
      f.removed,
      f.binary,
      f.oldPath,
      `${f.oldMode} ${f.mode}`,
    ]);
    expect(short).toEqual([
      ['binary', 'modified', 0, 0, true, null, '100644 100644'],
      ['gone', 'deleted', 0, 20, false, null, '100644 000000'],
      ['mode', 'modified', 0, 0, false, null, '100644 100755'],
      ['new', 'added', 2, 0, false, null, '000000 100644'],
      ['src/a.txt', 'modified', 2, 1, false, null, '100644 100644'],
      ['to here', 'renamed', 1, 0, false, 'moved', '100644 100644'],
      ['type', 'type-changed', 1, 20, false, null, '100644 120000'],
    ]);
    expect(await diffStat({ root: t.root, base: 'HEAD', tree })).toEqual({
      files: 7,
      added: 6,
      removed: 41,
    });
  });

  it('hazard 24: is not confused by lines that look like headers, or by settings', async () => {
    const t = testRepo();
    t.write('sql', '-- x\n+++ b/y\nkeep\n');
    t.commit();
    for (const [key, value] of [
      ['diff.noprefix', 'true'],
      ['diff.renames', 'false'],
      ['color.ui', 'always'],
      ['diff.external', '/bin/false'],
      ['diff.orderFile', '/nowhere'],
      ['core.quotePath', 'true'],
      ['diff.relative', 'true'],
    ] as const) {
      t.git(['config', key, value]);
    }
    t.write('sql', '++ x\n--- a/y\nkeep\n@@ -1 +1 @@\n');
    renameSync(join(t.root, 'readme.md'), join(t.root, 'moved.md'));
    expect((await diff(t)).files).toMatchObject([
      { path: 'moved.md', status: 'renamed', oldPath: 'readme.md' },
      { path: 'sql', added: 3, removed: 2 },
    ]);
  });

  it('hazard 24: keeps names with newlines, quotes, tabs, and of no encoding apart', async () => {
    const t = testRepo();
    const names = ['new\nline', 'tab\there', '"quoted"', "it's", '-dash', ':colon', 'é', ' '];
    for (const name of names) t.write(name, 'x\n');
    const raw = Buffer.from([0x66, 0xff, 0xfe]);
    writeFileSync(Buffer.concat([Buffer.from(`${t.root}/`), raw]), 'raw\n');
    const { files, tree } = await diff(t);
    expect(files.map(({ path }) => path).sort()).toEqual([...names, 'f\ufffd\ufffd'].sort());
    const odd = files.find(({ rawPath }) => rawPath !== null);
    expect(Buffer.from(odd?.rawPath ?? '', 'base64')).toEqual(raw);
    expect((await fileAt({ cwd: t.root, rev: tree, path: raw }))?.toString()).toBe('raw\n');
    for (const path of names) {
      expect((await fileAt({ cwd: t.root, rev: tree, path }))?.toString()).toBe('x\n');
    }
  });

  it('hazard 24: counts as git does, for random changes', async () => {
    const t = testRepo();
    const pick = random(3);
    for (let n = 0; n < 40; n++) t.write(`f${n}`, `${n}\n`.repeat(10 + n));
    t.commit();
    for (let n = 0; n < 40; n++) {
      const kind = pick(4);
      if (kind === 0) rmSync(join(t.root, `f${n}`));
      if (kind === 1) t.write(`f${n}`, `${n}\n`.repeat(pick(30)));
      if (kind === 2) renameSync(join(t.root, `f${n}`), join(t.root, `\nr${n}`));
    }
    const { files, tree } = await diff(t);
    const stat = t.git(['diff-tree', '--shortstat', '-M', 'HEAD', tree]);
    const number = (pattern: RegExp) => Number(pattern.exec(stat)?.[1] ?? 0);
    const sum = await diffStat({ root: t.root, base: 'HEAD', tree });
    expect(sum).toEqual({
      files: number(/(\d+) files? changed/),
      added: number(/(\d+) insertion/),
      removed: number(/(\d+) deletion/),
    });
    expect(files).toHaveLength(sum.files);
  });

  it('is empty between equal trees', async () => {
    const t = testRepo();
    expect((await diff(t)).files).toEqual([]);
  });
});

it('gives a file at any side, or null', async () => {
  const t = testRepo();
  t.write('big', Buffer.alloc(3_000_000, 65));
  t.write('empty', '');
  symlinkSync('readme.md', join(t.root, 'link'));
  const commit = t.commit();
  const at = (path: string) => fileAt({ cwd: t.root, rev: commit, path });
  expect((await at('big'))?.length).toBe(3_000_000);
  expect(await at('empty')).toEqual(Buffer.alloc(0));
  expect((await at('link'))?.toString()).toBe('readme.md');
  for (const path of ['src', 'nowhere', '', 'a.txt', 'src/a.tx', '../readme.md', '--help']) {
    expect(await at(path)).toBeNull();
  }
  expect(await fileAt({ cwd: join(t.root, 'src'), rev: commit, path: 'src/a.txt' })).not.toBeNull();
  await expect(fileAt({ cwd: t.root, rev: '--output=x', path: 'big' })).rejects.toMatchObject({
    kind: 'git-failed',
  });
});

it('hazard 23: finds where the worktree left a base that moved on, or has nothing in common', async () => {
  const t = testRepo();
  const first = t.git(['rev-parse', 'HEAD']).trim();
  t.git(['checkout', '-q', '-b', 'work']);
  t.commit('mine');
  t.git(['checkout', '-q', 'main']);
  const moved = t.commit('moved on');
  t.git(['checkout', '-q', 'work']);
  expect(await mergeBase(t.root, moved)).toBe(first);
  t.git(['checkout', '-q', '--orphan', 'lone']);
  expect(await mergeBase(t.root, moved)).toBe(moved);
});
