// What kind of place a path is, and which commit a base means there: git in the wild.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  firstCommit,
  initRepo,
  inspectRepo,
  listBranches,
  type Repo,
  resolveBase,
} from '../../../src/core/worktree/repo.ts';
import { testHome, testRepo } from '../../support/scratch-repo.ts';

async function inspect(path: string): Promise<Repo> {
  const repo = await inspectRepo(path);
  if (!repo) throw new Error(`${path} is in no repository`);
  return repo;
}

describe('hazard 23: a place is recognized', () => {
  it('in no repository, and in an empty one', async () => {
    const home = testHome();
    expect(await inspectRepo(home)).toBeNull();
    expect(await inspectRepo(join(home, 'not/yet'))).toBeNull();
    await initRepo(home);
    const repo = await inspect(home);
    expect(repo).toMatchObject({ root: home, bare: false, unborn: true, commit: null });
    await expect(resolveBase(repo, undefined)).rejects.toMatchObject({ kind: 'no-commit' });
  });

  it('deep inside, in a file, in a folder that is not there yet, and through a link', async () => {
    const t = testRepo();
    symlinkSync(t.root, join(t.home, 'link'));
    const expected = await inspect(t.root);
    expect(expected).toMatchObject({
      root: t.root,
      commonDir: join(t.root, '.git'),
      here: t.root,
      branch: 'main',
      unborn: false,
    });
    for (const path of ['src', 'src/a.txt', 'src/new/er', '.git', '.git/refs']) {
      expect(await inspect(join(t.root, path))).toEqual(expected);
    }
    expect(await inspect(join(t.home, 'link/src'))).toEqual(expected);
  });

  it('with a path of spaces, quotes, newlines', async () => {
    const t = testRepo({ name: 'it\'s "a\nrepo" ' });
    expect(await inspect(join(t.root, 'src'))).toMatchObject({ root: t.root, here: t.root });
  });

  it('and refused plainly where its path is not UTF-8, never taken for the folder above', async () => {
    const t = testRepo();
    const raw = Buffer.concat([Buffer.from(`${t.root}/raw`), Buffer.from([0xff])]);
    mkdirSync(raw);
    symlinkSync(raw, join(t.home, 'raw'));
    for (const path of [raw.toString(), join(raw.toString(), 'new'), join(t.home, 'raw')]) {
      await expect(inspectRepo(path)).rejects.toMatchObject({
        kind: 'bad-request',
        message: expect.stringContaining('is not UTF-8'),
        hint: expect.stringContaining('Rename'),
      });
    }
    // A worktree whose path is fine, of a repository whose path isn't.
    const make = `cd raw* && git clone -q .. m && git -C m worktree add -q "$0"`;
    execFileSync('sh', ['-c', make, join(t.home, 'side')], { cwd: t.root });
    await expect(inspectRepo(join(t.home, 'side'))).rejects.toMatchObject({ kind: 'bad-request' });
    // The character that stands for such bytes is as good as any other.
    mkdirSync(join(t.root, '\uFFFD'));
    expect(await inspect(join(t.root, '\uFFFD'))).toMatchObject({ here: t.root });
  });

  it('in a worktree, whose HEAD counts, and with a detached HEAD', async () => {
    const t = testRepo();
    const first = t.git(['rev-parse', 'HEAD']).trim();
    const second = t.commit('second');
    const tree = join(t.home, 'side tree');
    t.git(['worktree', 'add', '-q', '--detach', tree, first]);
    const repo = await inspect(tree);
    expect(repo).toMatchObject({ root: t.root, here: tree, branch: null, commit: first });
    expect(await resolveBase(repo, undefined)).toEqual({ ref: first, commit: first });
    expect(await resolveBase(await inspect(t.root), undefined)).toEqual({
      ref: 'main',
      commit: second,
    });
  });

  it('in a bare repository and in a worktree of it', async () => {
    const t = testRepo();
    const bare = join(t.home, 'bare.git');
    t.git(['clone', '-q', '--bare', t.root, bare]);
    expect(await inspect(bare)).toMatchObject({
      root: bare,
      commonDir: bare,
      bare: true,
      here: bare,
    });
    const tree = join(t.home, 'of bare');
    t.git(['worktree', 'add', '-q', '-b', 'side', tree], bare);
    expect(await inspect(tree)).toMatchObject({
      root: bare,
      bare: true,
      here: tree,
      branch: 'side',
    });
    // The habit of a bare `.git` beside its worktrees.
    const hub = join(t.home, 'hub');
    t.git(['clone', '-q', '--bare', t.root, join(hub, '.git')]);
    t.git(['worktree', 'add', '-q', 'main'], hub);
    expect(await inspect(join(hub, 'main'))).toMatchObject({ root: join(hub, '.git'), bare: true });
  });

  it('in a submodule, and with a git folder elsewhere', async () => {
    const t = testRepo();
    const library = join(t.home, 'library');
    t.git(['clone', '-q', t.root, library]);
    t.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib']);
    expect(await inspect(join(t.root, 'lib/src'))).toMatchObject({
      root: join(t.root, 'lib'),
      here: join(t.root, 'lib'),
      commonDir: join(t.root, '.git/modules/lib'),
      bare: false,
    });
    const apart = join(t.home, 'apart');
    mkdirSync(apart);
    t.git(['init', '-q', `--separate-git-dir=${join(t.home, 'apart-git')}`], apart);
    expect(await inspect(apart)).toMatchObject({ root: apart, bare: false });
  });
});

describe('hazard 23: a base', () => {
  it('is any commit, tag or branch', async () => {
    const t = testRepo();
    const repo = await inspect(t.root);
    const first = repo.commit ?? '';
    t.git(['tag', '-a', 'v1', '-m', 'one']);
    t.git(['branch', 'feat/x']);
    for (const ref of ['v1', 'feat/x', 'main', first.slice(0, 8), 'HEAD~0']) {
      expect(await resolveBase(repo, ref)).toEqual({ ref, commit: first });
    }
  });

  it('that nobody knows is told as such, whatever its letters', async () => {
    const t = testRepo();
    const repo = await inspect(t.root);
    for (const ref of [
      'nowhere',
      '',
      '--help',
      '-n1',
      'a b',
      'a\0b',
      '@{-7}',
      'HEAD:readme.md',
      '$(id)',
    ]) {
      await expect(resolveBase(repo, ref)).rejects.toMatchObject({ kind: 'unknown-base' });
    }
  });

  it('may exist on the remote only: known already, or fetched', async () => {
    const t = testRepo();
    const clone = join(t.home, 'clone');
    t.git(['branch', 'known']);
    t.git(['clone', '-q', t.root, clone]);
    t.git(['switch', '-q', '-c', 'feat/late']);
    const late = t.commit('late');
    t.git(['switch', '-q', '-c', 'later']);
    const later = t.commit('later');
    const repo = await inspect(clone);
    const config = t.git(['config', '--list', '--local'], clone);
    expect(await resolveBase(repo, 'known')).toMatchObject({ ref: 'origin/known' });
    expect(await resolveBase(repo, 'feat/late')).toEqual({ ref: 'origin/feat/late', commit: late });
    expect(await resolveBase(repo, 'origin/later')).toEqual({ ref: 'origin/later', commit: later });
    await expect(resolveBase(repo, 'origin/none')).rejects.toMatchObject({ kind: 'unknown-base' });
    expect(t.git(['config', '--list', '--local'], clone)).toBe(config);
    expect(t.git(['branch', '--list'], clone)).toBe('* main\n');
    expect(t.git(['status', '--porcelain'], clone)).toBe('');
  });

  it('hazard 25: on a remote that does not answer says so in the hint', async () => {
    const t = testRepo();
    t.git(['remote', 'add', 'origin', join(t.home, 'gone.git')]);
    await expect(resolveBase(await inspect(t.root), 'far')).rejects.toMatchObject({
      kind: 'unknown-base',
      hint: expect.stringContaining('origin could not be asked'),
    });
  });
});

it('lists branches, the last used first, without aliases of HEAD', async () => {
  const t = testRepo();
  const clone = join(t.home, 'clone');
  t.git(['branch', 'older']);
  t.git(['clone', '-q', t.root, clone]);
  process.env.GIT_COMMITTER_DATE = '2040-01-01T00:00:00Z';
  t.git(['switch', '-q', '-c', 'feat/new'], clone);
  t.commit('new', clone);
  const branches = await listBranches(clone);
  expect(branches[0]).toBe('feat/new');
  expect([...branches].sort()).toEqual(['feat/new', 'main', 'origin/main', 'origin/older']);
});

it('hazard 23: a first commit needs no name, no key and no hook, and leaves what is staged', async () => {
  const t = testRepo({ empty: true });
  writeFileSync(
    join(t.home, '.gitconfig'),
    '[commit]\n\tgpgSign = true\n[user]\n\tuseConfigOnly = true\n[gpg]\n\tprogram = /bin/false\n',
  );
  t.write('staged.txt', 'x');
  t.git(['add', '.']);
  t.write('.git/hooks/pre-commit', '#!/bin/sh\nexit 1\n');
  t.run('.git/hooks/pre-commit');
  await firstCommit(t.root);
  expect(t.git(['ls-tree', 'HEAD'])).toBe('');
  expect(t.git(['status', '--porcelain'])).toBe('A  staged.txt\n');
  expect((await inspect(t.root)).unborn).toBe(false);
  await expect(firstCommit(t.root)).rejects.toMatchObject({ kind: 'git-failed' });
});
