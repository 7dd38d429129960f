// Landing a session's work on its base, on real repositories: what lands, and what is never lost.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { takeBack } from '../../src/core/ship/base-branch.ts';
import { commitAll } from '../../src/core/ship/commit.ts';
import { mergeIntoBase, planMerge } from '../../src/core/ship/merge.ts';
import { type TestRepo, testRepo } from '../support/scratch-repo.ts';

let repo: TestRepo;
let worktree: string;
let place: { root: string; worktree: string; base: string };

beforeEach(() => {
  repo = testRepo();
  worktree = join(repo.home, 'work tree');
  repo.git(['worktree', 'add', '-q', '-b', 'session', worktree]);
  place = { root: repo.root, worktree, base: 'main' };
});

const tip = (ref = 'main') => repo.git(['rev-parse', ref]).trim();
const work = (path: string, text: string) => {
  repo.write(path, text, worktree);
  return repo.commit(`change ${path}`, worktree);
};
const merge = (strategy: 'merge' | 'squash' | 'fast-forward', message = 'Land it') =>
  mergeIntoBase(place, { strategy, message });
const inMain = (path: string) => readFileSync(join(repo.root, path), 'utf8');

describe('a merge into the base', () => {
  it('is previewed: commits, files, what is left out, whether it is clean', async () => {
    work('new.txt', 'one\n');
    const head = work('src/a.txt', 'one\nTWO\nthree\n');
    repo.write('draft.txt', 'not committed\n', worktree);
    expect(await planMerge(place)).toEqual({
      base: 'main',
      tip: tip(),
      head,
      commits: 2,
      subjects: ['change src/a.txt', 'change new.txt'],
      changes: { files: 2, added: 2, removed: 1 },
      files: [
        { path: 'new.txt', oldPath: null, status: 'added', added: 1, removed: 0, binary: false },
        {
          path: 'src/a.txt',
          oldPath: null,
          status: 'modified',
          added: 1,
          removed: 1,
          binary: false,
        },
      ],
      uncommitted: 1,
      conflicts: [],
      canFastForward: true,
      checkout: repo.root,
    });
  });

  it('brings a clean checkout of the base along, and can be taken back', async () => {
    work('new.txt', 'one\n');
    repo.write('other.txt', 'by others\n');
    const before = repo.commit('meanwhile');
    const merged = await merge('merge', 'Land the new file');
    expect(merged).toEqual({ base: 'main', from: before, to: tip() });
    expect(inMain('new.txt')).toBe('one\n');
    expect(repo.git(['status', '--porcelain'])).toBe('');
    expect(repo.git(['log', '-1', '--format=%s %an %P']).trim()).toBe(
      `Land the new file Ada ${before} ${tip('session')}`,
    );
    await takeBack({ root: repo.root, branch: 'main', from: merged.from, to: merged.to });
    expect([tip(), existsSync(join(repo.root, 'new.txt'))]).toEqual([before, false]);
    expect(repo.git(['status', '--porcelain'])).toBe('');
  });

  it('keeps uncommitted changes of the base where they are, and refuses when they are in the way', async () => {
    work('src/a.txt', 'one\nTWO\nthree\n');
    repo.write('readme.md', 'mine, not committed\n');
    repo.write('untracked.txt', 'mine\n');
    await merge('squash');
    expect([inMain('readme.md'), inMain('untracked.txt'), inMain('src/a.txt')]).toEqual([
      'mine, not committed\n',
      'mine\n',
      'one\nTWO\nthree\n',
    ]);
    work('readme.md', 'theirs\n');
    const before = tip();
    await expect(merge('squash')).rejects.toMatchObject({
      kind: 'base-dirty',
      message: expect.stringContaining('readme.md'),
    });
    expect([tip(), inMain('readme.md')]).toEqual([before, 'mine, not committed\n']);
    repo.git(['checkout', '-q', '--', 'readme.md']);
    work('untracked.txt', 'theirs\n');
    await expect(merge('squash')).rejects.toMatchObject({ kind: 'base-dirty' });
    expect([tip(), inMain('untracked.txt')]).toEqual([before, 'mine\n']);
  });

  it('refuses rather than overwrite a file that is ignored where the base is checked out', async () => {
    work('.env', 'theirs\n');
    repo.write('.git/info/exclude', '.env\nout\n');
    repo.write('.env', 'my only secret\n');
    const before = tip();
    await expect(merge('merge')).rejects.toMatchObject({
      kind: 'base-dirty',
      message: expect.stringContaining('.env'),
      hint: expect.stringContaining('Move them away there'),
    });
    expect([tip(), inMain('.env')]).toEqual([before, 'my only secret\n']);
  });

  it('is not taken back in the midst of another merge where the base is checked out', async () => {
    repo.git(['branch', 'other']);
    work('new.txt', 'one\n');
    const { from, to } = await merge('fast-forward');
    repo.git(['checkout', '-q', 'other']);
    repo.write('other.txt', 'by others\n');
    repo.commit('other');
    repo.git(['checkout', '-q', 'main']);
    repo.git(['merge', '-q', '--no-commit', 'other']);
    const before = repo.git(['status', '--porcelain=v2']);
    await expect(takeBack({ root: repo.root, branch: 'main', from, to })).rejects.toMatchObject({
      kind: 'base-dirty',
      message: expect.stringContaining('with a merge that is not finished'),
    });
    expect([tip(), repo.git(['status', '--porcelain=v2'])]).toEqual([to, before]);
  });

  it('is not taken back over ignored files: one in place of a file, of a folder, or a folder', async () => {
    for (const path of ['file', 'deep/er/file', 'folder']) repo.write(path, 'of the base\n');
    repo.commit('to be deleted');
    repo.git(['merge', '-q', '--ff-only', 'main'], worktree);
    repo.git(['rm', '-rq', 'file', 'deep', 'folder'], worktree);
    repo.write('.gitignore', '/file\n/deep\n/folder\n', worktree);
    repo.commit('delete them', worktree);
    const { from, to } = await merge('fast-forward');
    repo.write('file', 'mine\n');
    repo.write('deep', 'mine\n');
    repo.write('folder/within', 'mine\n');
    const undone = takeBack({ root: repo.root, branch: 'main', from, to });
    await expect(undone).rejects.toMatchObject({
      kind: 'unsaved-work',
      message: expect.stringMatching(/: deep, file, folder\/within$/),
    });
    expect(tip()).toBe(to);
    expect(['file', 'deep', 'folder/within'].map(inMain)).toEqual(['mine\n', 'mine\n', 'mine\n']);
  });

  it('is not taken back over what was changed since, which it names', async () => {
    work('new.txt', 'one\n');
    const { from, to } = await merge('fast-forward');
    repo.write('new.txt', 'mine\n');
    await expect(takeBack({ root: repo.root, branch: 'main', from, to })).rejects.toMatchObject({
      kind: 'base-dirty',
      message: expect.stringMatching(/with changes in the way: new\.txt$/),
    });
    expect([tip(), inMain('new.txt')]).toEqual([to, 'mine\n']);
  });

  it('changes nothing at all on a conflict', async () => {
    work('src/a.txt', 'one\nmine\nthree\n');
    repo.write('src/a.txt', 'one\ntheirs\nthree\n');
    const before = repo.commit('meanwhile');
    expect((await planMerge(place)).conflicts).toEqual(['src/a.txt']);
    await expect(merge('merge')).rejects.toMatchObject({
      kind: 'conflict',
      message: 'conflicts with main in src/a.txt',
    });
    expect([tip(), inMain('src/a.txt')]).toEqual([before, 'one\ntheirs\nthree\n']);
    expect(existsSync(join(repo.root, '.git/MERGE_HEAD'))).toBe(false);
  });

  it('moves a base that is checked out nowhere, and only from where it was seen', async () => {
    repo.git(['checkout', '-q', '--detach']);
    const head = work('new.txt', 'one\n');
    const plan = await planMerge(place);
    expect(plan.checkout).toBeNull();
    repo.git(['update-ref', 'refs/heads/main', repo.commit('moved on')]);
    const late = mergeIntoBase(place, { strategy: 'merge', message: 'x', expected: plan });
    await expect(late).rejects.toMatchObject({ kind: 'base-moved' });
    await expect(merge('fast-forward')).rejects.toMatchObject({ kind: 'wrong-state' });
    repo.git(['update-ref', 'refs/heads/main', plan.tip]);
    await merge('fast-forward');
    expect(tip()).toBe(head);
    expect(existsSync(join(repo.root, 'new.txt'))).toBe(false);
  });

  it('leaves out nothing silently: uncommitted work is refused, and so is an empty merge', async () => {
    await expect(merge('merge')).rejects.toMatchObject({ kind: 'wrong-state' });
    work('new.txt', 'one\n');
    repo.write('draft.txt', 'x\n', worktree);
    await expect(merge('merge')).rejects.toMatchObject({ kind: 'unsaved-work' });
  });

  it('asks the hooks, which may change the message or refuse', async () => {
    work('new.txt', 'one\n');
    const hook = (text: string) => {
      repo.write('.git/hooks/commit-msg', `#!/bin/sh\n${text}\n`);
      repo.run('.git/hooks/commit-msg');
    };
    const before = tip();
    hook('echo "no ticket" >&2; exit 1');
    await expect(merge('squash')).rejects.toMatchObject({
      kind: 'hook-failed',
      message: expect.stringContaining('no ticket'),
    });
    expect(tip()).toBe(before);
    hook('echo "Reviewed-by: me" >> "$1"');
    await merge('squash');
    expect(repo.git(['log', '-1', '--format=%B'])).toContain('Land it\nReviewed-by: me');
  });
});

describe('a commit of all that the session has', () => {
  it('holds untracked files and deletions, and is none when there is nothing', async () => {
    expect(await commitAll({ worktree, message: 'nothing' })).toBeNull();
    writeFileSync(join(worktree, 'new "file"\n.txt'), 'x\n');
    repo.git(['rm', '-q', '--cached', 'readme.md'], worktree);
    const commit = await commitAll({ worktree, message: '\n#12 Add it \n\n\n\n## Why\n\nbody' });
    expect(tip('session')).toBe(commit);
    const said = repo.git(['log', '-1', '--format=%B'], worktree);
    expect(said.trim()).toBe('#12 Add it\n\n## Why\n\nbody');
    expect(repo.git(['status', '--porcelain'], worktree)).toBe('');
  });

  it('is refused where the branch was deleted, and says how it comes back', async () => {
    const last = work('kept.txt', 'kept\n');
    repo.git(['update-ref', '-d', 'refs/heads/session']);
    const refused = expect(commitAll({ worktree, message: 'x' })).rejects;
    const hint = `In the worktree, \`git update-ref refs/heads/session ${last}\` brings it back.`;
    await refused.toMatchObject({ kind: 'wrong-state', hint });
    expect(repo.git(['for-each-ref', 'refs/heads/session'])).toBe('');
    repo.git(['update-ref', 'refs/heads/session', last], worktree);
    writeFileSync(join(worktree, 'new.txt'), 'x\n');
    expect(await commitAll({ worktree, message: 'x' })).toBe(tip('session'));
  });

  it('is refused by a hook in its own words, and nothing is committed', async () => {
    repo.write('.git/hooks/pre-commit', '#!/bin/sh\necho lint fails\nexit 1\n');
    repo.run('.git/hooks/pre-commit');
    writeFileSync(join(worktree, 'new.txt'), 'x\n');
    const before = tip('session');
    await expect(commitAll({ worktree, message: 'x' })).rejects.toMatchObject({
      kind: 'hook-failed',
      message: expect.stringContaining('lint fails'),
    });
    expect(tip('session')).toBe(before);
  });
});
