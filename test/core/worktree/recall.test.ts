// What git said of a checkout is said again without asking it, and only while it is true.
import { renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspectRepo, type Repo } from '../../../src/core/worktree/repo.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';
import { until } from '../../support/until.ts';

/** Waits until the repository's settings are old enough to be relied on, then has it looked at. */
async function looked(t: TestRepo, at = t.root): Promise<Repo | null> {
  const files = ['config', 'packed-refs'].map((name) => join(t.root, '.git', name));
  const changed = () =>
    Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0));
  await until(() => Date.now() - changed() > 1_100, { what: 'the repository to be settled' });
  return await inspectRepo(at);
}

/** Looks where no git can be run. */
async function withoutGit(at: string): Promise<Repo | null> {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    return await inspectRepo(at);
  } finally {
    process.env.PATH = path;
  }
}

it('a checkout that was looked at is known without git, detached and as a worktree, too', async () => {
  const t = testRepo();
  const side = join(t.home, 'side');
  t.git(['worktree', 'add', '-q', '--detach', side]);
  for (const at of [t.root, side]) {
    const repo = await looked(t, at);
    expect(repo).toMatchObject({ root: t.root, here: at });
    expect(await withoutGit(at)).toEqual(repo);
  }
});

const changes: [what: string, change: (t: TestRepo) => void][] = [
  ['a commit', (t) => t.commit('next')],
  ['another branch at the same commit', (t) => t.git(['switch', '-q', '-c', 'other'])],
  ['a detached HEAD', (t) => t.git(['switch', '-q', '--detach'])],
  ['no commit any more', (t) => t.git(['switch', '-q', '--orphan', 'empty'])],
  ['a reset', (t) => t.git(['reset', '-q', '--hard', t.git(['rev-parse', 'HEAD^']).trim()])],
  [
    'a branch that stands for another',
    (t) => {
      t.git(['branch', 'target', 'HEAD^']);
      t.git(['symbolic-ref', 'refs/heads/main', 'refs/heads/target']);
    },
  ],
  ['another kind of repository', (t) => t.git(['config', 'core.bare', 'true'])],
  [
    'another repository in its place',
    (t) => {
      renameSync(join(t.root, '.git'), join(t.home, 'old'));
      t.git(['init', '-q', '-b', 'main']);
      t.git([
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@b.c',
        'commit',
        '-qm',
        'new',
        '--allow-empty',
      ]);
    },
  ],
];

it.each(changes)('%s is seen at once', async (_, change) => {
  const t = testRepo();
  t.commit('second');
  const before = await looked(t);
  expect(await withoutGit(t.root)).toEqual(before);
  change(t);
  const told = await inspectRepo(t.root);
  expect(told).not.toEqual(before);
  const says = (...args: string[]) => {
    try {
      return t.git(args).trim();
    } catch {
      return null;
    }
  };
  expect([told?.commit, told?.branch]).toEqual([
    says('rev-parse', '--verify', '-q', 'HEAD'),
    says('symbolic-ref', '-q', '--short', 'HEAD'),
  ]);
});

it('refs that are packed, and packed again at another commit, are seen, too', async () => {
  const t = testRepo();
  t.git(['pack-refs', '--all']);
  const before = await looked(t);
  expect(await withoutGit(t.root)).toEqual(before);
  const commit = t.commit('next');
  t.git(['pack-refs', '--all']);
  expect(await inspectRepo(t.root)).toMatchObject({ commit });
});

it('what was packed a moment ago, or includes other files, is asked for again', async () => {
  const t = testRepo();
  t.git(['pack-refs', '--all']);
  await inspectRepo(t.root);
  await expect(withoutGit(t.root)).rejects.toMatchObject({ kind: 'git-failed' });
  writeFileSync(join(t.home, 'more'), '');
  t.git(['config', 'include.path', join(t.home, 'more')]);
  await looked(t);
  await expect(withoutGit(t.root)).rejects.toMatchObject({ kind: 'git-failed' });
});
