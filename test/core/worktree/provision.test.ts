// Untracked files are carried over: those that are asked for, and none that would harm.
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
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
  t.write('.worktreeinclude', '# built\n/dist/\nnode_modules/pkg\n*.secret\n');
  t.write('a.secret', 'x');
  const copied = await carryOver({ from: t.root, to, patterns: [] });
  expect(copied.sort()).toEqual(['a.secret', 'dist/.env', 'node_modules/pkg/.env']);
  expect(lstatSync(join(to, 'node_modules')).isDirectory()).toBe(true);
  expect(lstatSync(join(to, 'node_modules')).isSymbolicLink()).toBe(false);
});

it.each([
  ['/dist/*\n!/dist/skip\n', ['dist/kept']],
  // As in gitignore, what lies in a folder that is named as a whole can't be taken out again.
  ['/dist/\n!/dist/skip\n', ['dist/kept', 'dist/skip']],
  ['*.secret\n!b.secret\n', ['a.secret']],
  ['!b.secret\n*.secret\n', ['a.secret', 'b.secret']],
])(
  'hazard 32: a negation in .worktreeinclude means what it does in .gitignore: %j',
  async (patterns, expected) => {
    const { t, to } = worldOf();
    for (const name of ['dist/kept', 'dist/skip', 'a.secret', 'b.secret']) t.write(name, 'x');
    t.write('.worktreeinclude', patterns);
    expect((await carryOver({ from: t.root, to, patterns: [] })).sort()).toEqual(expected);
  },
);

it('hazard 32: nothing of the ignored folders in a folder that is untracked, but not ignored', async () => {
  const { t, to } = worldOf();
  t.write('packages/new/index.ts', 'x');
  t.write('packages/new/.env', 'x');
  t.write('packages/new/src/.env', 'x');
  t.write('packages/new/node_modules/pkg/.env', 'x');
  t.write('packages/built/dist/.env', 'x');
  const copied = await carryOver({ from: t.root, to, patterns: ['.env*'] });
  expect(copied.sort()).toEqual(['packages/new/.env', 'packages/new/src/.env']);
  const named = await carryOver({ from: t.root, to, patterns: ['packages/*/dist/.env'] });
  expect(named).toEqual(['packages/built/dist/.env']);
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

it('a file stands under its name whole or not at all, whenever the one that copies is killed', async () => {
  const { t, to } = worldOf();
  const folder = dirname(to);
  const whole = 'SECRET=1\n'.repeat(10_000);
  t.write('.env', whole);
  chmodSync(join(t.root, '.env'), 0o600);
  const before = readdirSync(folder);
  const carry = (onCopied?: () => Promise<void>) =>
    carryOver({ from: t.root, to, patterns: ['.env'], onCopied });
  // What never goes on is as dead as what was killed.
  const copied = await new Promise<string>((done) => {
    void carry(() => {
      done(readdirSync(folder).find((name) => !before.includes(name)) ?? '');
      return new Promise(() => {});
    });
  });
  expect(readFileSync(join(folder, copied), 'utf8')).toBe(whole);
  expect(existsSync(join(to, '.env'))).toBe(false);
  expect(t.git(['status', '--porcelain', '--ignored'], to)).toBe('');

  truncateSync(join(folder, copied), 5);
  expect(await carry()).toEqual(['.env']);
  expect(readFileSync(join(to, '.env'), 'utf8')).toBe(whole);
  expect(lstatSync(join(to, '.env')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(before);

  // Killed between the two names of one file: the one that goes leaves the other whole.
  linkSync(join(to, '.env'), join(folder, copied));
  expect(await carry()).toEqual([]);
  expect(readFileSync(join(to, '.env'), 'utf8')).toBe(whole);
  expect(readdirSync(folder)).toEqual(before);
});

it('never over what comes to be there meanwhile', async () => {
  const { t, to } = worldOf();
  t.write('.env', 'copied');
  const target = join(to, '.env');
  const onCopied = () => writeFileSync(target, 'theirs');
  expect(await carryOver({ from: t.root, to, patterns: ['.env'], onCopied })).toEqual([]);
  expect(readFileSync(target, 'utf8')).toBe('theirs');
});
