// The trash is emptied only when nothing can be lost with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { markerOf } from '../../../src/core/worktree/create.ts';
import { dropBranch, emptyTrash, folderSize } from '../../../src/core/worktree/remove.ts';
import { restoreWorktree } from '../../../src/core/worktree/restore.ts';
import { keep, remove, world } from '../../support/worktree-world.ts';

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    const ended = new Promise((done) => child.once('close', done));
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
  }
});

describe('the trash is emptied', () => {
  it('hazard 34: of everything, its admin folder too, and its size can be told before', async () => {
    const w = await world();
    w.write('big', Buffer.alloc(1_000_000, 1), w.path);
    await keep(w);
    const trashed = (await remove(w)) ?? '';
    expect(await folderSize(trashed)).toBeGreaterThanOrEqual(1_000_000);
    expect(await emptyTrash(trashed)).toBe(true);
    expect(await folderSize(trashed)).toBe(0);
    expect(existsSync(join(w.root, '.git/tempest-trash', basename(trashed)))).toBe(false);
    expect(await emptyTrash(trashed)).toBe(true);
  });

  it('hazard 5: not while a process works in it; what it wrote late is restored', async () => {
    const w = await world();
    await keep(w);
    const child = spawn('sh', ['-c', 'echo; read line; echo late > late; echo; read line'], {
      cwd: w.path,
    });
    started.push(child);
    const output = () => new Promise((done) => child.stdout.once('data', done));
    await output();
    const trashed = (await remove(w)) ?? '';
    await dropBranch({ root: w.root, branch: w.branch, expected: w.base.commit });
    expect(await emptyTrash(trashed)).toBe(false);
    const written = output();
    child.stdin.write('\n');
    await written;
    const ended = new Promise((done) => child.once('close', done));
    child.stdin.end('\n');
    await ended;
    expect(await emptyTrash(trashed)).toBe(true);
    await restoreWorktree({ ...w, adopted: false });
    expect(readFileSync(join(w.path, 'late'), 'utf8')).toBe('late\n');
    expect(w.git(['status', '--porcelain', '-b'], w.path)).toBe('## tempest/fix\n?? late\n');
  });

  it('not while a nested repository has work of its own, which then comes back whole', async () => {
    const w = await world();
    w.git(['init', '-q', join(w.path, 'nested')]);
    w.write('nested/file', 'x', w.path);
    await keep(w);
    const trashed = (await remove(w)) ?? '';
    await dropBranch({ root: w.root, branch: w.branch, expected: w.base.commit });
    expect(await emptyTrash(trashed)).toBe(false);
    await restoreWorktree({ ...w, adopted: false, trash: w.trash });
    expect(readFileSync(join(w.path, 'nested/file'), 'utf8')).toBe('x');
    expect(w.git(['status', '--porcelain', '-b'], w.path)).toBe('## tempest/fix\n?? nested/\n');
    expect(await markerOf(w.path)).toBe('session1');
    await keep(w);
    expect(await emptyTrash((await remove(w)) ?? '', true)).toBe(true);
  });

  it('hazard 23: not while a submodule has commits that nobody else has', async () => {
    const w = await world((t) => {
      const library = join(t.home, 'library');
      t.git(['clone', '-q', t.root, library]);
      t.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib']);
      t.commit('with lib');
    });
    await keep(w);
    const clean = (await remove(w)) ?? '';
    expect(await emptyTrash(clean)).toBe(true);
    await restoreWorktree({ ...w, adopted: false });
    w.write('own', 'x', join(w.path, 'lib'));
    w.commit('own', join(w.path, 'lib'));
    await keep(w);
    const trashed = (await remove(w)) ?? '';
    expect(await emptyTrash(trashed)).toBe(false);
    expect(existsSync(join(trashed, 'lib/own'))).toBe(true);
  });
});
