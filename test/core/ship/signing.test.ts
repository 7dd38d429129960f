// Signed commits: every one that is made is, as the person has set it, and none that is only looked at.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { commitAll } from '../../../src/core/ship/commit.ts';
import { mergeIntoBase, planMerge } from '../../../src/core/ship/merge.ts';
import { planRebase, rebase } from '../../../src/core/ship/rebase.ts';
import { planSquash, squash } from '../../../src/core/ship/squash.ts';
import { takeSnapshot } from '../../../src/core/snapshot.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';

let repo: TestRepo;
let worktree: string;
let place: { root: string; worktree: string; base: string };

beforeEach(() => {
  repo = testRepo();
  worktree = join(repo.home, 'work tree');
  repo.git(['worktree', 'add', '-q', '-b', 'session', worktree]);
  place = { root: repo.root, worktree, base: 'main' };
  program('gpg', "printf '[GNUPG:] SIG_CREATED \\n' >&2; cat > /dev/null; echo Signed by Ada");
  // As ssh-keygen: the signature stands beside the file.
  program('ssh', 'for file; do :; done; echo Signed with ssh > "$file.sig"');
  repo.git(['config', 'user.signingkey', 'ada']);
  repo.git(['config', 'commit.gpgsign', 'true']);
  repo.git(['config', 'gpg.program', join(repo.home, 'gpg')]);
  repo.git(['config', 'gpg.ssh.program', join(repo.home, 'ssh')]);
});

const program = (name: string, text: string) => {
  repo.write(name, `#!/bin/sh\necho x >> '${calls()}'\n${text}\n`, repo.home);
  repo.run(name, repo.home);
};
const calls = () => join(repo.home, 'calls');
/** How often the key was used since the last time. */
const used = () => {
  const count = existsSync(calls()) ? readFileSync(calls(), 'utf8').length / 2 : 0;
  rmSync(calls(), { force: true });
  return count;
};
const signature = (ref: string) =>
  /^gpgsig (.+)$/m.exec(repo.git(['cat-file', 'commit', ref]))?.[1] ?? null;
const commit = async (path: string) => {
  repo.write(path, `${path}\n`, worktree);
  await commitAll({ worktree, message: `Add ${path}` });
};
const elsewhere = (path: string) => {
  repo.write(path, `${path}\n`);
  repo.git(['add', path]);
  repo.git(['commit', '-q', '--no-gpg-sign', '-m', `Add ${path}`]);
};
const rebasing = async () => {
  const kept = { worktree, session: 'abcdefgh', indexFile: join(repo.home, 'private/index') };
  const what = { worktree, base: 'main', scratch: join(repo.home, 'scratch') };
  const tree = await takeSnapshot(kept);
  return {
    plan: () => planRebase({ ...what, tree }),
    apply: () => rebase({ ...what, tree }, kept),
  };
};

it('signs each commit once, and nothing for a preview', async () => {
  await commit('a.txt');
  expect([used(), signature('session')]).toEqual([1, 'Signed by Ada']);
  await commit('b.txt');
  await commit('c.txt');
  elsewhere('d.txt');
  used();
  const { plan, apply } = await rebasing();
  expect(await plan()).toMatchObject({ commits: 3, conflicts: [] });
  expect(used()).toBe(0);
  await apply();
  expect(used()).toBe(3);
  const signed = ['session', 'session^', 'session^^'].map(signature);
  expect(signed).toEqual(['Signed by Ada', 'Signed by Ada', 'Signed by Ada']);
  await squash({ cwd: worktree }, await planSquash(worktree, 'main'), 'One');
  expect([used(), signature('session')]).toEqual([1, 'Signed by Ada']);
  await planMerge(place);
  expect(used()).toBe(0);
  await mergeIntoBase(place, { strategy: 'merge', message: 'Land it' });
  expect([used(), signature('main')]).toEqual([1, 'Signed by Ada']);
  await commit('e.txt');
  await mergeIntoBase(place, { strategy: 'squash', message: 'Land it' });
  expect([used(), signature('main')]).toEqual([2, 'Signed by Ada']);
});

it('signs with ssh where that is set', async () => {
  repo.git(['config', 'gpg.format', 'ssh']);
  await commit('a.txt');
  elsewhere('b.txt');
  await (await rebasing()).apply();
  expect([used(), signature('session')]).toEqual([2, 'Signed with ssh']);
  await mergeIntoBase(place, { strategy: 'merge', message: 'Land it' });
  expect([used(), signature('main')]).toEqual([1, 'Signed with ssh']);
});

it('changes nothing when the key is refused', async () => {
  await commit('a.txt');
  await commit('b.txt');
  elsewhere('c.txt');
  program('gpg', 'echo no pinentry >&2; exit 2');
  const refs = () => repo.git(['for-each-ref']);
  const before = refs();
  const { apply } = await rebasing();
  const verbs = [
    () => mergeIntoBase(place, { strategy: 'merge', message: 'x' }),
    () => mergeIntoBase(place, { strategy: 'squash', message: 'x' }),
    async () => squash({ cwd: worktree }, await planSquash(worktree, 'main'), 'x'),
    apply,
    async () => {
      repo.write('d.txt', 'd\n', worktree);
      await commitAll({ worktree, message: 'x' });
    },
  ];
  for (const verb of verbs) {
    await expect(verb()).rejects.toMatchObject({
      kind: 'git-failed',
      message: expect.stringContaining('gpg failed to sign the data'),
    });
    expect(refs()).toBe(before);
  }
  expect(existsSync(join(worktree, 'c.txt'))).toBe(false);
});
