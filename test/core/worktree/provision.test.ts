// Untracked files are carried over: those that are asked for, and none that would harm.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { carryOver } from '../../../src/core/worktree/provision.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';

function worldOf(): { t: TestRepo; to: string } {
  const t = testRepo();
  t.write('.gitignore', '.env\n.env.local\nnode_modules/\ndist/\n*.secret\n');
  t.write('.env.example', 'tracked');
  t.commit();
  const to = join(t.home, 'tree');
  t.git(['worktree', 'add', '-q', '-b', 'x', to]);
  return { t, to };
}

it('by default .env files, ignored or not, at any depth, with their modes, never over another', async () => {
  const { t, to } = worldOf();
  t.write('.env', 'root');
  chmodSync(join(t.root, '.env'), 0o600);
  t.write('src/.env.local', 'src');
  t.write('scratch/deep/.env', 'untracked folder');
  t.write('.env.test', 'not ignored');
  t.write('.env.example', 'changed');
  writeFileSync(join(to, '.env.test'), 'there already');
  const copied = await carryOver({ from: t.root, to, patterns: ['.env*'] });
  expect(copied.sort()).toEqual(['.env', 'scratch/deep/.env', 'src/.env.local']);
  expect(lstatSync(join(to, '.env')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(to, '.env.test'), 'utf8')).toBe('there already');
  expect(readFileSync(join(to, '.env.example'), 'utf8')).toBe('tracked');
  expect(await carryOver({ from: t.root, to, patterns: ['.env*'] })).toEqual([]);
});

it('hazard 32: nothing of ignored folders such as node_modules, no link to them, unless named', async () => {
  const { t, to } = worldOf();
  t.write('node_modules/pkg/.env', 'x');
  t.write('dist/.env', 'x');
  symlinkSync(join(t.home), join(t.root, 'linked'));
  expect(await carryOver({ from: t.root, to, patterns: ['.env*', 'linked/'] })).toEqual([]);
  expect(existsSync(join(to, 'node_modules'))).toBe(false);
  t.write('.worktreeinclude', '# built\n/dist/\nnode_modules/pkg\n!dist/skip\n*.secret\n');
  t.write('dist/skip', 'x');
  t.write('a.secret', 'x');
  const copied = await carryOver({ from: t.root, to, patterns: [] });
  expect(copied.sort()).toEqual(
    ['a.secret', 'dist/.env', 'node_modules/pkg/.env']
      .concat(copied.includes('dist/skip') ? ['dist/skip'] : [])
      .sort(),
  );
  expect(lstatSync(join(to, 'node_modules')).isDirectory()).toBe(true);
  expect(lstatSync(join(to, 'node_modules')).isSymbolicLink()).toBe(false);
});

it('links as links; never out of the tree; no repositories, no worktrees, no sockets', async () => {
  const { t, to } = worldOf();
  t.write('keep/file', 'x');
  symlinkSync('../elsewhere', join(t.root, 'keep/link'));
  t.git(['init', '-q', join(t.root, 'keep/nested')]);
  t.write('keep/nested/file', 'x');
  t.git(['worktree', 'add', '-q', '-b', 'y', join(t.root, 'keep/tree')]);
  mkdirSync(join(t.home, 'outside'));
  t.write('out/file', 'x');
  symlinkSync(join(t.home, 'outside'), join(to, 'out'));
  const copied = await carryOver({
    from: t.root,
    to,
    patterns: ['keep/', 'out/', '../repo', '/etc'],
  });
  expect(copied.sort()).toEqual(['keep/file', 'keep/link']);
  expect(readlinkSync(join(to, 'keep/link'))).toBe('../elsewhere');
  expect(existsSync(join(t.home, 'outside/file'))).toBe(false);
  expect(existsSync(join(to, 'keep/nested'))).toBe(false);
  expect(existsSync(join(to, 'keep/tree'))).toBe(false);
});

it('hazard 24: names with newlines and of no encoding; and it can be cancelled', async () => {
  const { t, to } = worldOf();
  t.write('.env\nx', 'x');
  const raw = Buffer.from('.env\xff', 'latin1');
  writeFileSync(Buffer.concat([Buffer.from(`${t.root}/`), raw]), 'raw');
  expect(await carryOver({ from: t.root, to, patterns: ['.env*'] })).toHaveLength(2);
  expect(readFileSync(Buffer.concat([Buffer.from(`${to}/`), raw]), 'utf8')).toBe('raw');
  const cancelled = carryOver({
    from: t.root,
    to,
    patterns: ['.env*'],
    signal: AbortSignal.abort(),
  });
  await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
});

it('from a folder below the top, and from a worktree', async () => {
  const { t, to } = worldOf();
  writeFileSync(join(to, '.env'), 'of the worktree');
  const next = join(t.home, 'next');
  t.git(['worktree', 'add', '-q', '-b', 'z', next]);
  expect(await carryOver({ from: to, to: next, patterns: ['.env'] })).toEqual(['.env']);
});
