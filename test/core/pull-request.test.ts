// Where a pull request begins, and the push before it.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pushForReview } from '../../src/core/ship/pull-request.ts';
import { reviewUrl } from '../../src/core/ship/review-url.ts';
import { testRepo } from '../support/scratch-repo.ts';

describe('the page on which a pull request begins', () => {
  const of = (remote: string) => reviewUrl(remote, { branch: 'tempest/fix #1', base: 'main' });
  const gitlab =
    '?merge_request%5Bsource_branch%5D=tempest%2Ffix+%231&merge_request%5Btarget_branch%5D=main';
  it.each([
    ['git@github.com:o/r.git', 'https://github.com/o/r/compare/main...tempest/fix%20%231?expand=1'],
    [
      'https://me:secret@github.example.org:8443/o/r',
      'https://github.example.org:8443/o/r/compare/main...tempest/fix%20%231?expand=1',
    ],
    [
      'ssh://git@gitlab.example.org:2222/a/b/c.git',
      `https://gitlab.example.org/a/b/c/-/merge_requests/new${gitlab}`,
    ],
    ['https://gitlab.com/o/r.git/', `https://gitlab.com/o/r/-/merge_requests/new${gitlab}`],
    [
      'git@bitbucket.org:o/r.git',
      'https://bitbucket.org/o/r/pull-requests/new?source=tempest%2Ffix+%231&dest=main',
    ],
    ['https://codeberg.org/o/r.git', 'https://codeberg.org/o/r/compare/main...tempest/fix%20%231'],
  ])('%s', (remote, page) => {
    expect(of(remote)).toBe(page);
  });

  it.each(['/srv/git/r.git', '../r', 'file:///srv/github/r', 'git@example.org:o/r', 'ext::sh', ''])(
    'is unknown for %j',
    (remote) => {
      expect(of(remote)).toBeNull();
    },
  );
});

it('pushes the branch to the remote of its base, and never by force', async () => {
  const repo = testRepo();
  const bare = join(repo.home, 'remote.git');
  repo.git(['clone', '-q', '--bare', repo.root, bare]);
  repo.git(['remote', 'add', 'upstream', bare]);
  const worktree = join(repo.home, 'tree');
  repo.git(['worktree', 'add', '-q', '-b', 'session', worktree]);
  repo.write('new.txt', 'x\n', worktree);
  const commit = repo.commit('work', worktree);
  const push = () => pushForReview({ worktree, branch: 'session', base: 'main', env: {} });
  expect(await push()).toEqual({
    remote: 'upstream',
    branch: 'session',
    base: 'main',
    url: null,
    tool: null,
  });
  expect(repo.git(['rev-parse', 'session'], bare).trim()).toBe(commit);
  repo.git(['commit', '-q', '--amend', '-m', 'other'], worktree);
  await expect(push()).rejects.toMatchObject({ kind: 'git-failed' });
  expect(repo.git(['rev-parse', 'session'], bare).trim()).toBe(commit);
  repo.git(['remote', 'remove', 'upstream']);
  await expect(push()).rejects.toMatchObject({ kind: 'wrong-state' });
});
