// A repository with one session's worktree in it, and the steps of removing it.
import { join } from 'node:path';
import { addWorktree } from '../../src/core/worktree/create.ts';
import type { NewWorktree } from '../../src/core/worktree/new-worktree.ts';
import { assessWork, keepWork, trashWorktree } from '../../src/core/worktree/remove.ts';
import { inspectRepo, type Repo } from '../../src/core/worktree/repo.ts';
import { type TestRepo, testRepo } from './scratch-repo.ts';

export interface World extends TestRepo {
  repo: Repo;
  path: string;
  branch: string;
  session: string;
  trash: string;
  base: { ref: string; commit: string };
}

export async function world(prepare?: (t: TestRepo) => void): Promise<World> {
  const t = testRepo();
  prepare?.(t);
  const repo = await inspectRepo(t.root);
  if (!repo?.commit) throw new Error('no repository');
  const path = join(t.home, 'trees/fix');
  const place = { repo, path, branch: 'tempest/fix', session: 'session1' };
  await addWorktree({ ...place, adopt: false, commit: repo.commit });
  const base = { ref: 'main', commit: repo.commit };
  return { ...t, ...place, trash: join(t.home, 'trees/.trash'), base };
}

export const remove = (w: World, more: Partial<World> = {}) =>
  trashWorktree({
    root: more.root ?? w.root,
    worktree: more.path ?? w.path,
    session: more.session ?? w.session,
    trash: w.trash,
  });
export const keep = (w: World) =>
  keepWork({
    worktree: w.path,
    session: w.session,
    branch: w.branch,
    indexFile: join(w.home, 's/index'),
  });
export const assessed = (w: World, adopted = false) => {
  return { worktree: w.path, branch: w.branch, adopted, base: w.base };
};
export const assess = (w: World, adopted = false) => assessWork(assessed(w, adopted));

/** What to ask of `addWorktree` for a session in `t`. */
export async function wanted(t: TestRepo, more: Partial<NewWorktree> = {}): Promise<NewWorktree> {
  const repo = await inspectRepo(t.root);
  if (!repo) throw new Error('no repository');
  return {
    repo,
    path: join(t.home, 'trees/fix'),
    branch: 'tempest/fix',
    adopt: false,
    commit: repo.commit ?? '',
    session: 'session1',
    ...more,
  };
}
