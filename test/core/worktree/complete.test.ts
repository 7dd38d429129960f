// A creation that was cut short goes on where it stopped, and touches nothing that is not its own.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addWorktree, listWorktrees, markerOf } from '../../../src/core/worktree/create.ts';
import { signal } from '../../support/processes.ts';
import { testRepo } from '../../support/scratch-repo.ts';
import { until } from '../../support/until.ts';
import { wanted } from '../../support/worktree-world.ts';

describe('a creation that was cut short', () => {
  it('goes on after the branch, after the worktree, and after the marker', async () => {
    const t = testRepo();
    const o = await wanted(t);
    await addWorktree(o);
    await addWorktree(o);
    rmSync(join(t.root, '.git/worktrees/fix/tempest-session'));
    await addWorktree(o);
    expect(await markerOf(o.path)).toBe('session1');
    t.git(['worktree', 'remove', o.path]);
    await addWorktree(o);
    rmSync(o.path, { recursive: true });
    await addWorktree(o);
    expect(t.git(['status', '--porcelain', '-b'], o.path)).toBe('## tempest/fix\n');
    expect(await markerOf(o.path)).toBe('session1');
  });

  it('goes on where git was killed while it checked out', async () => {
    const t = testRepo();
    for (let n = 0; n < 1000; n++) t.write(`many/f${n}`, `${n}\n`);
    t.commit();
    for (const pause of [5, 15, 30, 60]) {
      const o = await wanted(t, {
        path: join(t.home, `trees/k${pause}`),
        branch: `tempest/k${pause}`,
        session: `k${pause}`,
      });
      const git = spawn('git', ['worktree', 'add', '-b', o.branch, o.path], {
        cwd: t.root,
        detached: true,
        env: { ...process.env, GIT_COMMITTER_EMAIL: `${o.session}@session.tempest` },
      });
      const ended = new Promise((done) => git.on('close', done));
      await new Promise((wake) => setTimeout(wake, pause));
      if (git.pid) signal(-git.pid, 'SIGKILL');
      await ended;
      await addWorktree(o);
      expect(t.git(['status', '--porcelain', '-b'], o.path)).toBe(`## ${o.branch}\n`);
      expect(await markerOf(o.path)).toBe(o.session);
      const listed = (await listWorktrees(t.root)).filter(({ path }) => path === o.path);
      expect(listed).toMatchObject([{ locked: false, branch: o.branch }]);
    }
  });

  it.each([
    ['not written yet', (path: string) => writeFileSync(path, '')],
    ['not made yet', (path: string) => rmSync(path)],
  ])('begins again where git was killed before it was a worktree: commondir %s', async (_, cut) => {
    const t = testRepo();
    const o = await wanted(t);
    const env = { ...process.env, GIT_COMMITTER_EMAIL: `${o.session}@session.tempest` };
    const args = ['worktree', 'add', '-q', '--no-checkout', '-b', o.branch, o.path];
    execFileSync('git', args, { cwd: t.root, env });
    const folder = join(t.root, '.git/worktrees/fix');
    writeFileSync(join(folder, 'locked'), 'initializing\n');
    cut(join(folder, 'commondir'));
    await addWorktree(o);
    expect(t.git(['status', '--porcelain', '-b'], o.path)).toBe(`## ${o.branch}\n`);
    expect(await markerOf(o.path)).toBe(o.session);
  });

  it('hazard 23: takes away the lock that a killed git has left on the branch, once it is old', async () => {
    const t = testRepo();
    const o = await wanted(t);
    const lock = join(t.root, '.git/refs/heads', `${o.branch}.lock`);
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, '');
    const old = Date.now() / 1000 - 60;
    utimesSync(lock, old, old);
    await addWorktree(o);
    expect(await markerOf(o.path)).toBe(o.session);
    expect(existsSync(lock)).toBe(false);
  });

  it('hazard 23: leaves the lock of a git that lives, however old it is', async () => {
    const t = testRepo();
    const o = await wanted(t);
    const ref = `refs/heads/${o.branch}`;
    const holder = spawn('git', ['update-ref', '--stdin'], {
      cwd: t.root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise((done) => holder.on('close', done));
    holder.stdin.write(`start\ncreate ${ref} ${o.commit}\nprepare\n`);
    const lock = join(t.root, '.git', `${ref}.lock`);
    await until(() => existsSync(lock), { what: 'the lock' });
    const old = Date.now() / 1000 - 60;
    utimesSync(lock, old, old);
    await expect(addWorktree(o)).rejects.toMatchObject({ kind: 'git-failed' });
    expect(existsSync(lock)).toBe(true);
    holder.stdin.end('commit\n');
    await ended;
    expect(t.git(['rev-parse', ref]).trim()).toBe(o.commit);
  });

  it('hazard 3, hazard 9: never touches what is at the path and not its own', async () => {
    const t = testRepo();
    const o = await wanted(t);
    mkdirSync(o.path, { recursive: true });
    writeFileSync(join(o.path, 'precious'), 'x');
    await expect(addWorktree(o)).rejects.toMatchObject({ kind: 'wrong-state' });
    const other = {
      ...o,
      path: join(t.home, 'trees/other'),
      branch: 'tempest/other',
      session: 'other',
    };
    await addWorktree(other);
    writeFileSync(join(other.path, 'work'), 'x');
    await expect(addWorktree({ ...other, session: 'session1' })).rejects.toMatchObject({
      kind: 'wrong-state',
    });
    await expect(addWorktree({ ...o, path: t.root })).rejects.toMatchObject({
      kind: 'wrong-state',
    });
    t.git(['worktree', 'add', '-q', '-b', 'mine', join(t.home, 'trees/mine')]);
    await expect(addWorktree({ ...o, path: join(t.home, 'trees/mine') })).rejects.toMatchObject({
      kind: 'wrong-state',
    });
    expect(readFileSync(join(o.path, 'precious'), 'utf8')).toBe('x');
    expect(readFileSync(join(other.path, 'work'), 'utf8')).toBe('x');
    expect(t.git(['symbolic-ref', 'HEAD'])).toBe('refs/heads/main\n');
    expect(await markerOf(join(t.home, 'trees/mine'))).toBeNull();
  });
});
