// Worktrees are made whole, again after a crash, and beside the person's own checkout.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addWorktree, listWorktrees, markerOf } from '../../../src/core/worktree/create.ts';
import { inspectRepo } from '../../../src/core/worktree/repo.ts';
import { personalState } from '../../support/git-state.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';
import { wanted } from '../../support/worktree-world.ts';

function makeDirty(t: TestRepo) {
  t.write('src/a.txt', 'stashed\n');
  t.git(['stash', 'push', '-q']);
  t.write('readme.md', 'staged\n');
  t.git(['add', '-A']);
  t.write('readme.md', 'and changed\n');
  t.write('untracked', 'mine\n');
}

describe('a worktree', () => {
  it('stands on its branch at the base, with a marker that no diff shows', async () => {
    const t = testRepo();
    const o = await wanted(t);
    await addWorktree(o);
    expect(t.git(['status', '--porcelain', '--ignored', '-b'], o.path)).toBe('## tempest/fix\n');
    expect(readFileSync(join(o.path, 'src/a.txt'), 'utf8')).toBe('one\ntwo\nthree\n');
    expect(await markerOf(o.path)).toBe('session1');
    expect(await markerOf(t.root)).toBeNull();
    expect(await listWorktrees(o.path)).toMatchObject([
      { path: t.root, branch: 'main', locked: false, prunable: false },
      { path: o.path, branch: 'tempest/fix', head: o.commit },
    ]);
  });

  it("hazard 9, hazard 23: thirty at the same instant, and all that is the person's stays byte for byte", async () => {
    const t = testRepo();
    t.git(['config', 'branch.autoSetupMerge', 'always']);
    makeDirty(t);
    const before = personalState(t.root);
    const o = await wanted(t);
    const all = Array.from({ length: 30 }, (_, n) => ({
      ...o,
      path: join(t.home, `trees/n${n}`),
      branch: `tempest/n${n}`,
      session: `s${n}`,
    }));
    await Promise.all(all.map(addWorktree));
    expect(personalState(t.root)).toEqual(before);
    expect(await listWorktrees(t.root)).toHaveLength(31);
    for (const { path, branch, session } of all) {
      expect(await markerOf(path)).toBe(session);
      expect(t.git(['status', '--porcelain', '-b'], path)).toBe(`## ${branch}\n`);
    }
    expect(t.git(['fsck', '--no-dangling'])).toBe('');
  });

  it('hazard 23: also from a bare repository, a worktree, a submodule, and a detached HEAD', async () => {
    const t = testRepo();
    const bare = join(t.home, 'bare.git');
    t.git(['clone', '-q', '--bare', t.root, bare]);
    const side = join(t.home, 'side');
    t.git(['worktree', 'add', '-q', '--detach', side]);
    const module = join(t.home, 'super');
    t.git(['init', '-q', module]);
    t.git(
      ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', t.root, 'lib'],
      module,
    );
    for (const [index, from] of [bare, side, join(module, 'lib')].entries()) {
      const repo = await inspectRepo(from);
      if (!repo) throw new Error('no repository');
      const path = join(t.home, `trees/of${index}`);
      await addWorktree({
        ...(await wanted(t)),
        repo,
        path,
        branch: `t/${index}`,
        commit: repo.commit ?? '',
      });
      expect(t.git(['status', '--porcelain', '-b'], path)).toBe(`## t/${index}\n`);
      expect(existsSync(join(path, 'src/a.txt'))).toBe(true);
    }
  });

  it('hazard 23: paths with spaces, quotes and newlines, and a repository reached through a link', async () => {
    const t = testRepo({ name: 'a "repo"\n' });
    symlinkSync(t.root, join(t.home, 'link'));
    const repo = await inspectRepo(join(t.home, 'link'));
    const o = await wanted(t, { path: join(t.home, 'trees/it\'s\n"so"') });
    await addWorktree({ ...o, repo: repo ?? o.repo });
    expect((await listWorktrees(t.root)).map(({ path }) => path)).toEqual([t.root, o.path]);
  });

  it('hazard 23: a post-checkout hook that fails is a warning', async () => {
    const t = testRepo();
    mkdirSync(join(t.home, 'hooks'));
    writeFileSync(join(t.home, 'hooks/post-checkout'), '#!/bin/sh\necho no luck >&2\nexit 3\n', {
      mode: 0o755,
    });
    t.git(['config', 'core.hooksPath', join(t.home, 'hooks')]);
    const lines: string[] = [];
    const o = await wanted(t, { onProgress: (line) => lines.push(line) });
    await addWorktree(o);
    expect(lines).toEqual([expect.stringContaining('no luck')]);
    expect(await markerOf(o.path)).toBe('session1');
  });

  it('hazard 23: a lock held by somebody else is waited for', async () => {
    const t = testRepo();
    const lock = join(t.root, '.git/refs/heads/tempest/fix.lock');
    mkdirSync(join(t.root, '.git/refs/heads/tempest'), { recursive: true });
    writeFileSync(lock, '');
    writeFileSync(join(t.root, '.git/index.lock'), '');
    setTimeout(() => rmSync(lock), 400);
    const o = await wanted(t);
    await addWorktree(o);
    expect(await markerOf(o.path)).toBe('session1');
    expect(existsSync(join(t.root, '.git/index.lock'))).toBe(true);
  });

  it('hazard 23: sparse checkout is carried over, attributes, hooksPath, fsmonitor and signing harm nothing', async () => {
    const t = testRepo();
    t.write('big/file', 'x');
    t.commit();
    t.git(['sparse-checkout', 'set', 'src']);
    t.git(['config', 'core.fsmonitor', '/bin/false']);
    t.git(['config', 'commit.gpgSign', 'true']);
    t.git(['config', 'core.autocrlf', 'true']);
    const o = await wanted(t);
    await addWorktree(o);
    expect(existsSync(join(o.path, 'src/a.txt'))).toBe(true);
    expect(existsSync(join(o.path, 'big'))).toBe(false);
    expect(t.git(['-c', 'core.fsmonitor=false', 'status', '--porcelain'], o.path)).toBe('');
  });

  it('hazard 23: LFS content stays where it is until it is asked for, and that is said', async () => {
    const t = testRepo();
    const filter = 'sh -c \'test "$GIT_LFS_SKIP_SMUDGE" = 1 && cat || echo fetched\'';
    t.git(['config', 'filter.lfs.smudge', filter]);
    t.git(['config', 'filter.lfs.clean', 'cat']);
    t.write('.gitattributes', '*.bin filter=lfs\n');
    t.write('a.bin', 'version https://git-lfs.github.com/spec/v1\n');
    t.commit();
    const lines: string[] = [];
    const o = await wanted(t, { onProgress: (line) => lines.push(line) });
    await addWorktree(o);
    expect(readFileSync(join(o.path, 'a.bin'), 'utf8')).toContain('git-lfs');
    expect(lines).toEqual([expect.stringContaining('git lfs pull')]);
  });

  it('hazard 23: submodules come from the main checkout, without the network, nested ones too', async () => {
    const t = testRepo();
    const [inner, outer] = [join(t.home, 'inner'), join(t.home, 'outer')];
    t.git(['clone', '-q', t.root, inner]);
    t.git(['clone', '-q', t.root, outer]);
    const add = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add'];
    t.git([...add, inner, 'deep'], outer);
    t.commit('with deep', outer);
    t.git([...add, outer, 'lib with space']);
    t.git([
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'update',
      '--init',
      '--recursive',
    ]);
    t.commit('with lib');
    rmSync(inner, { recursive: true });
    rmSync(outer, { recursive: true });
    const before = personalState(t.root);
    const lines: string[] = [];
    const o = await wanted(t, { onProgress: (line) => lines.push(line) });
    await addWorktree(o);
    expect(lines).toEqual([]);
    expect(existsSync(join(o.path, 'lib with space/deep/src/a.txt'))).toBe(true);
    expect(t.git(['status', '--porcelain'], o.path)).toBe('');
    expect(t.git(['config', 'remote.origin.url'], join(o.path, 'lib with space'))).toBe(
      `${outer}\n`,
    );
    expect(personalState(t.root)).toEqual(before);
  });
});

describe('hazard 7: a branch', () => {
  it('that exists is not adopted unasked, nor one that only differs beyond a slash', async () => {
    const t = testRepo();
    t.git(['branch', 'tempest/fix']);
    t.git(['branch', 'a']);
    const o = await wanted(t);
    await expect(addWorktree(o)).rejects.toMatchObject({
      kind: 'branch-exists',
      hint: expect.stringContaining('--branch tempest/fix'),
    });
    await expect(addWorktree({ ...o, branch: 'a/b' })).rejects.toMatchObject({
      kind: 'branch-exists',
    });
    expect(existsSync(o.path)).toBe(false);
  });

  it('is adopted when asked for, if it is there and free', async () => {
    const t = testRepo();
    t.git(['branch', 'feat-x']);
    const o = await wanted(t, { adopt: true, branch: 'feat-x' });
    await expect(addWorktree({ ...o, branch: 'feat/x' })).rejects.toMatchObject({
      kind: 'branch-missing',
    });
    await expect(addWorktree({ ...o, branch: 'main' })).rejects.toMatchObject({
      kind: 'branch-in-use',
      message: expect.stringContaining(t.root),
    });
    await addWorktree(o);
    expect(t.git(['status', '--porcelain', '-b'], o.path)).toBe('## feat-x\n');
  });
});
