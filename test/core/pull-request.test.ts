// Where a pull request begins, and the push before it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgeCommand } from '../../src/core/ship/forge-command.ts';
import { pushForReview } from '../../src/core/ship/pull-request.ts';
import { forgeTool, reviewUrl } from '../../src/core/ship/review-url.ts';
import { testRepo } from '../support/scratch-repo.ts';

describe('the page on which a pull request begins', () => {
  const of = (remote: string) => reviewUrl(remote, { branch: 'tempest/fix #1', base: 'main' });
  const gitlab =
    '?merge_request%5Bsource_branch%5D=tempest%2Ffix+%231&merge_request%5Btarget_branch%5D=main';
  const server =
    '?create&sourceBranch=refs%2Fheads%2Ftempest%2Ffix+%231&targetBranch=refs%2Fheads%2Fmain';
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
    [
      'ssh://git@ssh.github.com:443/o/r.git',
      'https://github.com/o/r/compare/main...tempest/fix%20%231?expand=1',
    ],
    [
      'ssh://git@altssh.gitlab.com:443/o/r.git',
      `https://gitlab.com/o/r/-/merge_requests/new${gitlab}`,
    ],
    [
      'git@altssh.bitbucket.org:o/r.git',
      'https://bitbucket.org/o/r/pull-requests/new?source=tempest%2Ffix+%231&dest=main',
    ],
    [
      '[git@gitlab.example.org:2222]:o/r.git',
      `https://gitlab.example.org/o/r/-/merge_requests/new${gitlab}`,
    ],
    [
      'ssh://git@bitbucket.example.org:7999/PROJ/r.git',
      `https://bitbucket.example.org/projects/PROJ/repos/r/pull-requests${server}`,
    ],
    [
      'https://me@bitbucket.example.org:8443/context/scm/~ada/r.git',
      `https://bitbucket.example.org:8443/context/users/ada/repos/r/pull-requests${server}`,
    ],
    ['https://codeberg.org/o/r.git', 'https://codeberg.org/o/r/compare/main...tempest/fix%20%231'],
  ])('%s', (remote, page) => {
    expect(of(remote)).toBe(page);
  });

  it('is that of the forge which the person has named for the host', () => {
    const own = { 'git.example.org': 'gitlab', 'code.example.org:8443': 'gitea' } as const;
    const at = (remote: string) => reviewUrl(remote, { branch: 'b', base: 'main' }, own);
    expect(at('git@git.example.org:o/r')).toMatch(/^https:..git\.example\.org.o.r.-.merge_requ/);
    expect(at('https://git.example.org:81/o/r')).toMatch(/^https:..git\.example\.org:81.o.r.-/);
    expect(at('https://code.example.org:8443/o/r')).toMatch(/:8443.o.r.compare.main\.\.\.b$/);
    expect(at('https://code.example.org/o/r')).toBeNull();
    expect(forgeTool('git@git.example.org:o/r', own)).toBe('glab');
    expect(forgeTool('git@git.example.org:o/r')).toBeNull();
  });

  it.each(['/srv/git/r.git', '../r', 'file:///srv/github/r', 'git@example.org:o/r', 'ext::sh', ''])(
    'is unknown for %j',
    (remote) => {
      expect(of(remote)).toBeNull();
    },
  );
});

describe('the command that opens a pull request', () => {
  const target = { branch: 'tempest/fix', base: 'main' };

  it('says all that the tool would ask for', () => {
    const text = "Fix $(the) log-in's\n\nIt fails.\nTwice.\n";
    expect(forgeCommand('gh', { ...target, text })).toEqual([
      ...['gh', 'pr', 'create', '--head', 'tempest/fix', '--base', 'main'],
      ...['--title', "Fix $(the) log-in's", '--body', 'It fails.\nTwice.'],
    ]);
    expect(forgeCommand('glab', { ...target, text: 'Fix it' })).toEqual([
      ...['glab', 'mr', 'create', '--source-branch', 'tempest/fix', '--target-branch', 'main'],
      ...['--title', 'Fix it', '--description', '', '--yes'],
    ]);
  });

  it('has a title that the forges take, and the whole text where that is cut', () => {
    const text = `${'long '.repeat(60)}😀\nmore`;
    const [title = '', , body] = forgeCommand('gh', { ...target, text }).slice(-3);
    expect(title).toMatch(/^(long ){39}long…$/);
    expect(body).toBe(text);
  });
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
  repo.write('new.txt', 'y\n', worktree);
  repo.write('other.txt', 'z\n', worktree);
  const what = { worktree, branch: 'session', base: 'main', text: 'Work', env: {} };
  const push = () => pushForReview(what);
  expect(await push()).toEqual({
    remote: 'upstream',
    branch: 'session',
    base: 'main',
    url: null,
    tool: null,
    command: null,
    uncommitted: 2,
  });
  expect(repo.git(['rev-parse', 'session'], bare).trim()).toBe(commit);
  repo.git(['remote', 'set-url', '--push', 'upstream', bare]);
  repo.git(['remote', 'set-url', 'upstream', 'git@github.com:o/r.git']);
  expect(await push()).toMatchObject({ tool: null, command: null, url: expect.any(String) });
  const bin = join(repo.home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'gh'), '', { mode: 0o755 });
  expect(await pushForReview({ ...what, env: { PATH: bin } })).toMatchObject({
    tool: 'gh',
    command: forgeCommand('gh', what),
  });
  repo.git(['commit', '-q', '--amend', '-m', 'other'], worktree);
  await expect(push()).rejects.toMatchObject({ kind: 'git-failed' });
  expect(repo.git(['rev-parse', 'session'], bare).trim()).toBe(commit);
  repo.git(['remote', 'remove', 'upstream']);
  await expect(push()).rejects.toMatchObject({ kind: 'wrong-state' });
});
