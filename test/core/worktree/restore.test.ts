// Restoring brings back what was removed, or says why not.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markerOf } from '../../../src/core/worktree/create.ts';
import { dropBranch } from '../../../src/core/worktree/remove.ts';
import { forgetKept, restoreWorktree } from '../../../src/core/worktree/restore.ts';
import { keep, remove, world } from '../../support/worktree-world.ts';

describe('restoring', () => {
  it('refuses when nothing is kept, or when the name was taken meanwhile', async () => {
    const w = await world();
    await expect(restoreWorktree({ ...w, adopted: false })).rejects.toMatchObject({
      kind: 'nothing-to-restore',
    });
    w.write('new', 'x', w.path);
    await keep(w);
    await remove(w);
    await dropBranch({ root: w.root, branch: w.branch, expected: w.base.commit });
    w.git(['branch', w.branch]);
    await expect(restoreWorktree({ ...w, adopted: false })).rejects.toMatchObject({
      kind: 'branch-exists',
    });
    await restoreWorktree({ ...w, adopted: false, branch: 'tempest/fix-2' });
    expect(w.git(['status', '--porcelain', '-b'], w.path)).toBe('## tempest/fix-2\n?? new\n');
    await forgetKept(w.root, w.session);
    await forgetKept(w.root, w.session);
    expect(w.git(['for-each-ref', 'refs/tempest'])).toBe('');
  });

  it('an adopted branch that moved on: its new tip when there was nothing beside it, else the old place', async () => {
    const w = await world();
    await keep(w);
    await remove(w);
    w.git(['switch', '-q', w.branch]);
    const tip = w.commit('on it went');
    w.git(['switch', '-q', 'main']);
    await restoreWorktree({ ...w, adopted: true });
    expect(w.git(['rev-parse', 'HEAD'], w.path).trim()).toBe(tip);
    w.write('new', 'x', w.path);
    await keep(w);
    await remove(w);
    w.git(['switch', '-q', w.branch]);
    w.commit('and on');
    w.git(['switch', '-q', 'main']);
    const lines: string[] = [];
    await restoreWorktree({ ...w, adopted: true, onProgress: (line) => lines.push(line) });
    expect(lines).toHaveLength(1);
    expect(w.git(['status', '--porcelain', '-b'], w.path)).toBe('## HEAD (no branch)\n?? new\n');
    expect(w.git(['rev-parse', 'HEAD'], w.path).trim()).toBe(tip);
  });

  it.each(['with', 'without'])(
    'brings a branch back that was deleted, %s a reflog',
    async (has) => {
      const w = await world();
      w.write('done', 'committed', w.path);
      const tip = w.commit('work', w.path);
      w.write('new', 'x', w.path);
      w.git(['update-ref', '-d', `refs/heads/${w.branch}`]);
      if (has === 'without') w.git(['reflog', 'expire', '--expire=all', '--all'], w.path);
      const status = w.git(['status', '--porcelain'], w.path);
      await keep(w);
      await remove(w);
      await restoreWorktree({ ...w, adopted: false });
      expect(w.git(['symbolic-ref', 'HEAD'], w.path)).toBe(`refs/heads/${w.branch}\n`);
      const kept = has === 'with' ? tip : w.base.commit;
      expect(w.git(['rev-parse', 'HEAD'], w.path).trim()).toBe(kept);
      expect(w.git(['show', ':done'], w.path)).toBe('committed');
      expect(w.git(['status', '--porcelain'], w.path)).toBe(
        has === 'with' ? '?? new\n' : 'A  done\n?? new\n',
      );
      expect(status).toContain('?? new');
    },
  );

  it('a branch whose name is not ASCII is checked out again', async () => {
    const w = await world();
    const branch = 'größe/名前';
    w.git(['switch', '-q', '-c', branch], w.path);
    w.write('new', 'x', w.path);
    await keep({ ...w, branch });
    await remove(w);
    await restoreWorktree({ ...w, branch, adopted: true });
    expect(w.git(['symbolic-ref', 'HEAD'], w.path)).toBe(`refs/heads/${branch}\n`);
    expect(w.git(['status', '--porcelain'], w.path)).toBe('?? new\n');
  });

  it('hazard 23: no hook runs, no user is needed and no key, and the marker is back', async () => {
    const w = await world();
    writeFileSync(
      join(w.home, '.gitconfig'),
      '[user]\n\tuseConfigOnly = true\n[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = /bin/false\n',
    );
    for (const hook of ['reference-transaction', 'post-index-change', 'pre-commit']) {
      w.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch ${w.home}/ran-${hook}\nexit 1\n`);
      w.run(`.git/hooks/${hook}`);
    }
    w.write('new', 'x', w.path);
    await keep(w);
    expect(existsSync(join(w.home, 'ran-reference-transaction'))).toBe(false);
    expect(existsSync(join(w.home, 'ran-post-index-change'))).toBe(false);
    for (const hook of ['reference-transaction', 'post-index-change', 'pre-commit'])
      rmSync(join(w.root, '.git/hooks', hook));
    await remove(w);
    await dropBranch({ root: w.root, branch: w.branch, expected: w.base.commit });
    await restoreWorktree({ ...w, adopted: false });
    expect(await markerOf(w.path)).toBe('session1');
  });
});
