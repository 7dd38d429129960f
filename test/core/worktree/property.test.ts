// Whatever state a worktree is in: kept, trashed and restored, it is the same again.
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { addWorktree } from '../../../src/core/worktree/create.ts';
import {
  dropBranch,
  emptyTrash,
  keepWork,
  trashWorktree,
} from '../../../src/core/worktree/remove.ts';
import { inspectRepo } from '../../../src/core/worktree/repo.ts';
import { restoreWorktree } from '../../../src/core/worktree/restore.ts';
import { filesOf, personalState } from '../../support/git-state.ts';
import { random } from '../../support/random.ts';
import { type TestRepo, testRepo } from '../../support/scratch-repo.ts';

type Pick = (below: number) => number;

const names = [
  'a.txt',
  'b b.txt',
  'dir/c',
  'dir/deep/d',
  "it's",
  'new\nline',
  'q"uote',
  '-dash',
  'ünï',
  'tab\there',
  '\\back',
  ':colon',
  '"lead',
];
const odd = Buffer.from([0x66, 0xff, 0xfe]);

function inTree(path: string, name: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${path}/`), Buffer.from(name)]);
}

function tryGit(t: TestRepo, path: string, args: string[]) {
  try {
    t.git(args, path);
  } catch {
    // A step that git refuses in this state changes nothing.
  }
}

const contents = [
  (pick: Pick) => Buffer.from(`line ${pick(1000)}\n`.repeat(1 + pick(30))),
  (pick: Pick) => Buffer.from(`crlf ${pick(1000)}\r\nmixed\n`),
  () => Buffer.alloc(0),
  (pick: Pick) => Buffer.from(Array.from({ length: 200 }, () => pick(256))),
];

function step(t: TestRepo, path: string, pick: Pick) {
  const name = pick(12) === 0 ? odd : (names[pick(names.length)] ?? 'a.txt');
  const file = inTree(path, name);
  const write = () => {
    try {
      mkdirSync(dirname(file.toString('latin1')), { recursive: true });
      if (lstatSync(file, { throwIfNoEntry: false })) rmSync(file, { recursive: true });
      writeFileSync(file, contents[pick(contents.length)]?.(pick) ?? '');
      if (pick(4) === 0) chmodSync(file, 0o755);
    } catch {
      // A file stands where a folder would have to be, or the other way round.
    }
  };
  const steps = [
    write,
    write,
    write,
    () => rmSync(file, { recursive: true, force: true }),
    () => {
      rmSync(file, { recursive: true, force: true });
      try {
        symlinkSync(['a.txt', '/nowhere', '../..'][pick(3)] ?? '', file);
      } catch {
        // As above.
      }
    },
    () => tryGit(t, path, ['add', '-A']),
    () =>
      execFileSync(
        'git',
        [
          '--literal-pathspecs',
          'add',
          '--ignore-errors',
          '--pathspec-from-file=-',
          '--pathspec-file-nul',
        ],
        { cwd: path, input: Buffer.from(name), stdio: ['pipe', 'ignore', 'ignore'] },
      ),
    () => tryGit(t, path, ['commit', '-q', '--allow-empty', '-m', `c${pick(1000)}`]),
    () => tryGit(t, path, ['rm', '-q', '--cached', '-r', '.']),
    () => tryGit(t, path, ['reset', '-q']),
    () => tryGit(t, path, ['checkout', '-q', '--detach']),
    () => tryGit(t, path, ['checkout', '-q', '-b', `other${pick(1000)}`]),
    () => tryGit(t, path, ['checkout', '-q', '--orphan', `orphan${pick(1000)}`]),
    () => tryGit(t, path, ['merge', '-q', 'conflict']),
    () => tryGit(t, path, ['rebase', '-q', 'conflict']),
    () => tryGit(t, path, ['cherry-pick', 'conflict']),
  ];
  try {
    steps[pick(steps.length)]?.();
  } catch {
    // As `tryGit`.
  }
}

/**
 * All that git and a person can see. Where line endings are converted, a file that git calls
 * unchanged comes back as git checks it out, so its content is git's affair and not compared.
 */
function seen(t: TestRepo, path: string, converts: boolean) {
  const ask = (...args: string[]) => {
    try {
      return t.git(args, path);
    } catch (error) {
      return `failed ${(error as { status: number }).status}`;
    }
  };
  return {
    files: converts ? changedOf(path) : filesOf(path, /^(\.git|ignored)$/),
    status: ask('status', '--porcelain=v2', '-z', '--untracked-files=all', '-b'),
    stages: ask('ls-files', '--stage', '-z'),
    staged: ask('diff', '--cached', '--raw', '-z', '--no-abbrev'),
    head: ask('rev-parse', 'HEAD'),
    ref: ask('symbolic-ref', 'HEAD'),
    operations: ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REBASE_HEAD'].map((name) =>
      ask('rev-parse', '--verify', '-q', name),
    ),
  };
}

function changedOf(path: string) {
  const args = ['ls-files', '-z', '--modified', '--others', '--exclude-standard'];
  const staged = ['diff', '--cached', '--name-only', '-z', '--no-renames'];
  const changed = [args, staged].map((list) =>
    execFileSync('git', list, { cwd: path, encoding: 'latin1' }),
  );
  const names = new Set(changed.join('').split('\0'));
  return Object.fromEntries(
    Object.entries(filesOf(path, /^\.git$/)).filter(([name]) => names.has(name)),
  );
}

const crlf = ['[core]\n\tautocrlf = true\n', '[core]\n\tautocrlf = input\n\tsafecrlf = true\n', ''];

it.each(Array.from({ length: 12 }, (_, seed) => seed))('state %i', async (seed) => {
  const pick = random(1000 + seed);
  const t = testRepo();
  t.write('.gitignore', 'ignored\n');
  t.write('a.txt', 'base\n');
  t.write('dir/c', 'base\n');
  if (seed % 5 === 4) t.write('.gitattributes', '*.txt text eol=crlf\n');
  t.commit();
  t.git(['checkout', '-q', '-b', 'conflict']);
  t.write('a.txt', 'theirs\n');
  t.write('dir/c', 'theirs\n');
  t.commit('theirs');
  t.git(['checkout', '-q', 'main']);
  t.write(
    '.gitconfig',
    `[user]\n\tname = A\n\temail = a@b\n[commit]\n\tgpgSign = ${seed % 3 === 0}\n[gpg]\n\tprogram = /bin/false\n${crlf[seed % 3]}`,
    t.home,
  );
  const repo = await inspectRepo(t.root);
  if (!repo?.commit) throw new Error('no repository');
  const path = join(t.home, 'trees/x');
  const base = { commit: repo.commit };
  const o = { repo, path, branch: 'tempest/x', session: 'sess' };
  await addWorktree({ ...o, adopt: false, commit: repo.commit });
  const converts = seed % 3 !== 2 || seed % 5 === 4;
  for (let count = 3 + pick(25); count > 0; count--) step(t, path, pick);

  const before = seen(t, path, converts);
  const personal = personalState(t.root);
  const refs = t.git(['for-each-ref']);
  const tip = t.git(['rev-parse', 'refs/heads/tempest/x']).trim();
  const indexFile = join(t.home, 'scratch/index');
  const rounds = seed % 2 === 0 ? 2 : 1;
  for (let round = 0; round < rounds; round++) {
    await keepWork({ worktree: path, session: o.session, branch: o.branch, indexFile });
    expect(seen(t, path, converts)).toEqual(before);
    const trash = join(t.home, 'trees/.trash');
    const trashed = await trashWorktree({
      root: t.root,
      worktree: path,
      session: o.session,
      trash,
    });
    await dropBranch({ root: t.root, branch: o.branch, expected: tip });
    const whole = pick(3) === 0;
    if (!whole) expect(await emptyTrash(trashed ?? '')).toBe(true);
    t.git(['-c', 'gc.reflogExpire=now', 'gc', '-q', '--prune=now']);
    await restoreWorktree({ ...o, base, adopted: false, ...(whole ? { trash } : {}) });
    await restoreWorktree({ ...o, base, adopted: false, ...(whole ? { trash } : {}) });
    expect(seen(t, path, converts)).toEqual(before);
  }
  const others = t
    .git(['for-each-ref'])
    .split('\n')
    .filter((line) => !/\trefs\/tempest/.test(line));
  expect(others).toEqual(refs.split('\n'));
  const afterGc = (state: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(state).filter(([name]) => !/^\.git\/(packed-refs|info|logs|refs)/.test(name)),
    );
  expect(afterGc(personalState(t.root))).toEqual(afterGc(personal));
});
