// The trash takes only what is proved to be the session's; its branch goes by name and value.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addWorktree, listWorktrees, markerOf } from '../../../src/core/worktree/create.ts';
import { carryOver } from '../../../src/core/worktree/provision.ts';
import { dropBranch, emptyTrash } from '../../../src/core/worktree/remove.ts';
import { filesOf, personalState } from '../../support/git-state.ts';
import { keep, remove, world } from '../../support/worktree-world.ts';

describe('the trash', () => {
  it('takes the worktree, unregisters it, and keeps it usable', async () => {
    const w = await world();
    w.write('new', 'x', w.path);
    const before = filesOf(w.path, /^\.git$/);
    const personal = personalState(w.root);
    const trashed = (await remove(w)) ?? '';
    expect(existsSync(w.path)).toBe(false);
    expect(filesOf(trashed, /^\.git$/)).toEqual(before);
    expect(w.git(['status', '--porcelain'], trashed)).toBe('?? new\n');
    expect(await listWorktrees(w.root)).toHaveLength(1);
    expect(personalState(w.root)).toEqual(personal);
  });

  it('leaves nothing beside it of a file whose copying into it was killed', async () => {
    const w = await world();
    const beside = readdirSync(dirname(w.path));
    w.write('.env', 'SECRET=1');
    const never = () => new Promise<void>(() => {});
    await new Promise<void>((done) => {
      const onCopied = () => {
        done();
        return never();
      };
      void carryOver({ from: w.root, to: w.path, patterns: ['.env'], onCopied });
    });
    expect(readdirSync(dirname(w.path))).toHaveLength(beside.length + 1);
    await remove(w);
    const left = readdirSync(dirname(w.path)).filter((name) => name.includes(basename(w.path)));
    expect(left).toEqual([]);
  });

  it('hazard 3: refuses what is no worktree, not marked, or marked for another session', async () => {
    const w = await world();
    const other = join(w.home, 'trees/precious');
    w.write('file', 'x', other);
    await expect(remove(w, { path: other })).rejects.toMatchObject({ kind: 'wrong-state' });
    w.git(['init', '-q', other]);
    await expect(remove(w, { path: other })).rejects.toMatchObject({ kind: 'wrong-state' });
    await expect(remove(w, { path: w.root })).rejects.toMatchObject({ kind: 'wrong-state' });
    await expect(remove(w, { session: 'other' })).rejects.toMatchObject({ kind: 'wrong-state' });
    const mine = join(w.home, 'trees/mine');
    w.git(['worktree', 'add', '-q', '-b', 'mine', mine]);
    await expect(remove(w, { path: mine })).rejects.toMatchObject({ kind: 'wrong-state' });
    // A copy of a worktree says the same of itself as the worktree does.
    const copy = join(w.home, 'trees/copy');
    mkdirSync(copy);
    writeFileSync(join(copy, '.git'), readFileSync(join(w.path, '.git')));
    await expect(remove(w, { path: copy })).rejects.toMatchObject({ kind: 'wrong-state' });
    for (const path of [other, mine, copy, w.path, join(w.root, 'readme.md')]) {
      expect(existsSync(path)).toBe(true);
    }
  });

  it('hazard 2: knows a worktree by whatever path leads to it', async () => {
    const w = await world();
    symlinkSync(w.home, `${w.home}-link`);
    try {
      const home = `${w.home}-link`;
      expect(
        await remove(w, { root: join(home, basename(w.root)), path: join(home, 'trees/fix') }),
      ).toBe(join(w.trash, 'session1'));
      expect(await listWorktrees(w.root)).toHaveLength(1);
    } finally {
      rmSync(`${w.home}-link`);
    }
  });

  it('hazard 8: leaves worktrees alone that are absent for the moment, and those that are locked', async () => {
    const w = await world();
    const [absent, locked] = [join(w.home, 'disk/absent'), join(w.home, 'trees/locked')];
    w.git(['worktree', 'add', '-q', '-b', 'absent', absent]);
    renameSync(join(w.home, 'disk'), join(w.home, 'unmounted'));
    w.git(['worktree', 'add', '-q', '-b', 'locked', locked]);
    w.git(['worktree', 'lock', '--reason', 'on a stick', locked]);
    rmSync(locked, { recursive: true });
    await keep(w);
    const trashed = await remove(w);
    await emptyTrash(trashed ?? '');
    renameSync(join(w.home, 'unmounted'), join(w.home, 'disk'));
    expect(w.git(['status', '--porcelain'], absent)).toBe('');
    expect((await listWorktrees(w.root)).map(({ branch }) => branch)).toEqual([
      'main',
      'absent',
      'locked',
    ]);
  });

  it('hazard 8: refuses a worktree that somebody locked, or whose disk is not there', async () => {
    const w = await world();
    w.git(['worktree', 'lock', '--reason', 'mine', w.path]);
    await expect(remove(w)).rejects.toMatchObject({
      kind: 'wrong-state',
      message: expect.stringContaining('(mine)'),
    });
    w.git(['worktree', 'unlock', w.path]);
    renameSync(join(w.home, 'trees'), join(w.home, 'unmounted'));
    await expect(remove(w)).rejects.toMatchObject({ kind: 'io-failed' });
    renameSync(join(w.home, 'unmounted'), join(w.home, 'trees'));
    expect(await markerOf(w.path)).toBe('session1');
  });

  it('finishes after a crash between any two steps', async () => {
    const w = await world();
    w.write('new', 'x', w.path);
    mkdirSync(w.trash);
    renameSync(w.path, join(w.trash, 'session1'));
    expect(await remove(w)).toBe(join(w.trash, 'session1'));
    expect(await listWorktrees(w.root)).toHaveLength(1);
    expect(w.git(['status', '--porcelain'], join(w.trash, 'session1'))).toBe('?? new\n');
    // Before the pointers were written.
    writeFileSync(join(w.trash, 'session1/.git'), `gitdir: ${w.root}/.git/worktrees/fix\n`);
    expect(await remove(w)).toBe(join(w.trash, 'session1'));
    expect(w.git(['status', '--porcelain'], join(w.trash, 'session1'))).toBe('?? new\n');
  });

  it('unregisters a worktree that somebody deleted, and only that one', async () => {
    const w = await world();
    const beside = {
      repo: w.repo,
      path: join(w.home, 'trees/fix-2'),
      branch: 'tempest/fix-2',
      session: 'session2',
    };
    await addWorktree({ ...beside, adopt: false, commit: w.base.commit });
    rmSync(w.path, { recursive: true });
    rmSync(beside.path, { recursive: true });
    expect(await remove(w)).toBeNull();
    expect((await listWorktrees(w.root)).map(({ branch }) => branch)).toEqual([
      'main',
      'tempest/fix-2',
    ]);
  });
});

describe('a branch is dropped', () => {
  it('hazard 6: by its exact name and value, when nobody has it checked out', async () => {
    const w = await world();
    w.git(['branch', 'feat-x']);
    w.git(['branch', 'feat/x']);
    const { commit: expected } = w.base;
    await dropBranch({ root: w.root, branch: 'feat/x', expected });
    expect(w.git(['branch', '--format=%(refname:short)'])).toBe('feat-x\nmain\ntempest/fix\n');
    await dropBranch({ root: w.root, branch: 'feat', expected });
    await expect(dropBranch({ root: w.root, branch: 'main', expected })).rejects.toMatchObject({
      kind: 'branch-in-use',
    });
    const moved = w.git(['commit-tree', '-m', 'x', 'HEAD^{tree}']).trim();
    w.git(['update-ref', 'refs/heads/feat-x', moved]);
    await expect(dropBranch({ root: w.root, branch: 'feat-x', expected })).rejects.toMatchObject({
      kind: 'git-failed',
    });
    expect(w.git(['rev-parse', 'feat-x']).trim()).toBe(moved);
  });

  it('with its own section of the config, and with no other', async () => {
    const w = await world();
    const before = readFileSync(join(w.root, '.git/config'), 'utf8');
    w.git(['config', 'branch.tempest/fix.remote', 'origin']);
    await keep(w);
    await remove(w);
    await dropBranch({ root: w.root, branch: w.branch, expected: w.base.commit });
    expect(readFileSync(join(w.root, '.git/config'), 'utf8')).toBe(before);
    w.git(['branch', 'own']);
    w.git(['config', 'branch.own.description', 'mine']);
    await dropBranch({ root: w.root, branch: 'own', expected: w.base.commit });
    expect(w.git(['config', 'branch.own.description'])).toBe('mine\n');
  });
});
