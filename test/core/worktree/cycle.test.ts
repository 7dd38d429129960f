// A worktree's whole way: made, worked in, kept, trashed, restored.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveBase } from '../../../src/core/worktree/base.ts';
import { addWorktree, listWorktrees, markerOf } from '../../../src/core/worktree/create.ts';
import {
  assessWork,
  dropBranch,
  emptyTrash,
  keepWork,
  trashWorktree,
} from '../../../src/core/worktree/remove.ts';
import { inspectRepo } from '../../../src/core/worktree/repo.ts';
import { restoreWorktree } from '../../../src/core/worktree/restore.ts';
import { testRepo } from '../../support/scratch-repo.ts';

it('brings a removed worktree back with its branch, its changes and what was staged', async () => {
  const t = testRepo();
  const repo = await inspectRepo(t.root);
  if (!repo) throw new Error('no repository');
  const base = await resolveBase(repo, undefined);
  const path = join(t.home, 'trees/fix');
  const place = { repo, path, branch: 'tempest/fix', session: 'abcd1234' };
  await addWorktree({ ...place, adopt: false, commit: base.commit });
  expect(await markerOf(path)).toBe('abcd1234');

  t.write('src/a.txt', 'one\nchanged\nthree\n', path);
  t.git(['add', '-A'], path);
  t.write('src/a.txt', 'one\nchanged again\nthree\n', path);
  t.write('new.txt', 'untracked\n', path);
  const before = t.git(['status', '--porcelain'], path);
  expect(await assessWork({ worktree: path, branch: place.branch, adopted: false, base })).toEqual({
    uncommitted: 2,
    unfinished: [],
    unmerged: 0,
  });

  await keepWork({
    worktree: path,
    session: place.session,
    branch: place.branch,
    indexFile: join(t.home, 'scratch/index'),
  });
  const trashed = await trashWorktree({
    root: t.root,
    worktree: path,
    session: place.session,
    trash: join(t.home, 'trees/.trash'),
  });
  await dropBranch({ root: t.root, branch: place.branch, expected: base.commit });
  expect(await emptyTrash(trashed ?? '')).toBe(true);
  expect(existsSync(path)).toBe(false);
  expect(await listWorktrees(t.root)).toHaveLength(1);
  expect(t.git(['branch', '--list'])).toBe('* main\n');

  await restoreWorktree({ ...place, base, adopted: false });
  expect(t.git(['status', '--porcelain'], path)).toBe(before);
  expect(readFileSync(join(path, 'src/a.txt'), 'utf8')).toBe('one\nchanged again\nthree\n');
  expect(t.git(['show', ':src/a.txt'], path)).toBe('one\nchanged\nthree\n');
});
