// The person's hooks: which of them run when something of a session lands or is rewritten, and what they see then.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { commitAll } from '../../../src/core/ship/commit.ts';
import { mergeIntoBase } from '../../../src/core/ship/merge.ts';
import { planRebase, rebase } from '../../../src/core/ship/rebase.ts';
import { planSquash, squash } from '../../../src/core/ship/squash.ts';
import { takeSnapshot } from '../../../src/core/snapshot.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';

let repo: TestRepo;
let worktree: string;

const all = [
  ...['pre-commit', 'pre-merge-commit', 'prepare-commit-msg', 'commit-msg', 'pre-rebase'],
  ...['post-commit', 'post-merge', 'post-rewrite'],
];

/** One commit of the session's own beside one of the base; then every hook writes down what it sees. */
beforeEach(() => {
  repo = testRepo();
  worktree = join(repo.home, 'work tree');
  repo.git(['worktree', 'add', '-q', '-b', 'session', worktree]);
  work('own.txt', 'own\n');
  repo.write('others.txt', 'others\n');
  repo.commit('Work of others');
  for (const name of all) hook(name, seen(name));
});

const log = () => join(repo.home, 'log');
const seen = (name: string) => `
for word; do shift; set -- "$@" "$(basename "$word")"; done
staged=$(git diff --cached --name-only HEAD | tr '\\n' ' ')
case ${name} in post-rewrite) input=$(cut -c1-40 | xargs git log --no-walk --format=%s | tr '\\n' ' ') ;; esac
echo "${name} $* on $(git log -1 --format=%s): $staged$input" >> '${log()}'`;
const hook = (name: string, text: string) => {
  repo.write(`.git/hooks/${name}`, `#!/bin/sh\n${text}\n`);
  repo.run(`.git/hooks/${name}`);
};
const heard = () => {
  const lines = readFileSync(log(), 'utf8').trimEnd().split('\n');
  rmSync(log());
  return lines.map((line) => line.trim());
};
const work = (path: string, text: string) => {
  repo.write(path, text, worktree);
  repo.commit(`Change ${path}`, worktree);
};
const merge = (strategy: 'merge' | 'squash' | 'fast-forward') => {
  const place = { root: repo.root, worktree, base: 'main' };
  return mergeIntoBase(place, { strategy, message: 'Land it' });
};
const ownSquash = async () =>
  squash({ cwd: worktree }, await planSquash(worktree, 'main'), 'All in one');
const onMain = async () => {
  const place = { worktree, session: 'abcdefgh', indexFile: join(repo.home, 'private/index') };
  const tree = await takeSnapshot(place);
  const what = { worktree, base: 'main', tree, scratch: join(repo.home, 'scratch') };
  await planRebase(what);
  return await rebase(what, place);
};
const state = () => [
  repo.git(['for-each-ref', '--format=%(refname) %(objectname)']),
  ...[repo.root, worktree].map((cwd) => repo.git(['status', '--porcelain'], cwd)),
];

describe('hooks', () => {
  it('of a merge commit see the merged tree on the base', async () => {
    await merge('merge');
    expect(heard()).toEqual([
      'pre-merge-commit  on Work of others: own.txt',
      'prepare-commit-msg MERGE_MSG merge on Work of others: own.txt',
      'commit-msg MERGE_MSG on Work of others: own.txt',
      'post-merge 0 on Land it:',
    ]);
  });

  it('of a squash into the base are those of a commit there', async () => {
    await merge('squash');
    expect(heard()).toEqual([
      'pre-commit  on Work of others: own.txt',
      'prepare-commit-msg COMMIT_EDITMSG message on Work of others: own.txt',
      'commit-msg COMMIT_EDITMSG on Work of others: own.txt',
      'post-merge 0 on Land it:',
      'post-commit  on Land it:',
    ]);
  });

  it('of a rebase are asked before, and told which commits were rewritten', async () => {
    await onMain();
    expect(heard()).toEqual([
      `pre-rebase ${repo.git(['rev-parse', 'main']).trim()} on Change own.txt:`,
      'post-rewrite rebase on Change own.txt: Change own.txt',
    ]);
    await merge('fast-forward');
    expect(heard()).toEqual(['post-merge 0 on Change own.txt:']);
  });

  it('of a squash of one’s own, and of a commit, are those of a commit', async () => {
    repo.write('more.txt', 'more\n', worktree);
    await commitAll({ worktree, message: 'More' });
    expect(heard()).toEqual([
      'pre-commit  on Change own.txt: more.txt',
      'prepare-commit-msg COMMIT_EDITMSG message on Change own.txt: more.txt',
      'commit-msg COMMIT_EDITMSG on Change own.txt: more.txt',
      'post-commit  on More:',
    ]);
    await ownSquash();
    expect(heard()).toEqual([
      'pre-commit  on first: more.txt own.txt',
      'prepare-commit-msg COMMIT_EDITMSG message on first: more.txt own.txt',
      'commit-msg COMMIT_EDITMSG on first: more.txt own.txt',
      'post-commit  on All in one:',
    ]);
  });

  it('refuse in their own words, and nothing is changed', async () => {
    work('more.txt', 'more\n');
    const before = state();
    const message = ['prepare-commit-msg', 'commit-msg'];
    const cases: [string[], () => Promise<unknown>][] = [
      [['pre-merge-commit', ...message], () => merge('merge')],
      [['pre-commit', ...message], () => merge('squash')],
      [['pre-commit', ...message], ownSquash],
      [['pre-rebase'], onMain],
    ];
    for (const [names, verb] of cases) {
      for (const name of names) {
        hook(name, `echo ${name} says no; exit 1`);
        await expect(verb()).rejects.toMatchObject({
          kind: 'hook-failed',
          message: `a hook refused: ${name} says no`,
        });
        expect(state()).toEqual(before);
        hook(name, '');
      }
    }
  });

  it('may change the message and what is staged; those that are told afterwards can fail', async () => {
    hook(
      'pre-commit',
      'git update-index --add --cacheinfo "100644,$(git rev-parse HEAD:readme.md),by-hook.txt"',
    );
    hook('prepare-commit-msg', 'sed -i "1s/^/#7 /" "$1"');
    hook('commit-msg', 'echo "Reviewed-by: me" >> "$1"');
    for (const name of ['post-commit', 'post-merge']) hook(name, 'exit 1');
    await merge('squash');
    expect(repo.git(['log', '-1', '--format=%B'])).toBe('#7 Land it\nReviewed-by: me\n\n');
    expect(readFileSync(join(repo.root, 'by-hook.txt'), 'utf8')).toBe('hello\n');
    expect(repo.git(['status', '--porcelain'], worktree)).toBe('');
    rmSync(join(repo.root, '.git/hooks/pre-commit'));
    rmSync(join(repo.root, '.git/hooks/prepare-commit-msg'));
    work('more.txt', 'more\n');
    hook('commit-msg', ': > "$1"');
    await expect(merge('squash')).rejects.toMatchObject({ kind: 'wrong-state' });
  });
});
