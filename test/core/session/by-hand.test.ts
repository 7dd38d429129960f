// A conflict opened in the session's worktree for the person: git's own state there, nothing touched elsewhere, all of it back.
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import type { Params } from '../../../src/rpc/protocol.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, untilSession } from '../../support/tempest.ts';

const ten = '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n';

let box: Sandbox;
let repo: string;
let client: Client;
let one: Session;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': ten, 'b.txt': 'b\n', 'c.txt': 'c\n' } });
  await box.git(repo, 'config', 'user.name', 'Ada');
  await box.git(repo, 'config', 'user.email', 'ada@example.org');
  client = await connectIn(box);
  one = await create(client, { repo, name: 'one', prompt: 'change a' });
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

const here = (path: string) => join(one.worktree, path);
const git = (...args: string[]) => box.git(one.worktree, ...args);
const commit = async (folder: string, path: string, text: string | Buffer) => {
  writeFileSync(join(folder, path), text);
  await box.git(folder, 'add', '-A');
  await box.git(folder, 'commit', '-qm', path);
};
const own = (path: string, text: string | Buffer) => commit(one.worktree, path, text);
const onMain = (path: string, text: string | Buffer) => commit(repo, path, text);
const open = (o: Partial<Params<'conflict/open'>> = {}) =>
  client.request('conflict/open', { session: 'one', by: 'merge', ...o });
const land = () => client.request('merge/apply', { session: 'one' });
const conclude = () => client.request('session/commit', { session: 'one' });
const content = (path: string, ...markers: number[]) => {
  return { path, kind: 'content', text: 'changed on both sides', markers };
};
const checkpoints = async () =>
  (await client.request('checkpoint/list', { session: 'one' })).checkpoints;
/** All that a person could miss, in either place. */
const state = async (cwd: string) => [
  await box.git(cwd, 'rev-parse', 'HEAD'),
  await box.git(cwd, 'symbolic-ref', 'HEAD'),
  await box.git(cwd, 'status', '--porcelain=v2', '--untracked-files=all', '--ignored'),
  await box.git(cwd, 'diff', 'HEAD'),
];

/** Both sides have changed both ends of a file. */
const clash = async () => {
  await own('a.txt', ten.replace('1\n', 'own\n').replace('10\n', 'own end\n'));
  await onMain('a.txt', ten.replace('1\n', 'main\n').replace('10\n', 'main end\n'));
};

describe('a merge', () => {
  it('stops in the worktree at its conflicts, is concluded by a commit, and lands', async () => {
    await clash();
    await onMain('new.txt', 'clean\n');
    const elsewhere = await state(repo);
    const head = await git('rev-parse', 'HEAD');
    const plan = await client.request('merge/plan', { session: 'one' });
    const opened = await open({ expected: { tip: plan.tip, head: plan.head } });
    expect(opened).toEqual({
      ...{ by: 'merge', base: 'main', worktree: one.worktree, stopsAt: null, checkpoint: 1 },
      files: [content('a.txt', 1, 14)],
      conclude: 'git merge --continue',
      abort: 'git merge --abort',
    });
    expect(readFileSync(here('a.txt'), 'utf8')).toMatch(
      /^<<<<<<< HEAD\nown\n=======\nmain\n>>>>>>> main\n/,
    );
    expect(await git('rev-parse', 'MERGE_HEAD')).toBe(plan.tip);
    expect(await git('show', 'HEAD:a.txt')).toContain('own end');
    expect(await state(repo)).toEqual(elsewhere);
    expect(await checkpoints()).toMatchObject([{ head, prompt: 'before a merge of main' }]);
    await untilSession(client, 'one', ({ unfinished }) => unfinished === 'merge', 'the mark');
    const { stopsAt: _, base: __, checkpoint: ___, ...waiting } = opened;
    expect(await client.request('conflict/get', { session: 'one' })).toEqual(waiting);
    await expect(conclude()).rejects.toMatchObject({ kind: 'conflict' });
    writeFileSync(here('a.txt'), ten.replace('1\n', 'both\n'));
    expect((await client.request('commit/plan', { session: 'one' })).conflicts).toEqual([]);
    expect(await client.request('session/message', { session: 'one' })).toMatchObject({
      merge: `Merge branch 'main' into ${one.branch}`,
    });
    await conclude();
    expect(await git('log', '-1', '--format=%s %P')).toBe(
      `Merge branch 'main' into ${one.branch} ${head} ${plan.tip}`,
    );
    await untilSession(client, 'one', ({ unfinished }) => unfinished === null, 'no mark');
    await land();
    expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe(ten.replace('1\n', 'both\n'));
  });

  it('tells of each conflict that has no marker what it is, and takes none of them for resolved', async () => {
    const binary = (byte: number) => Buffer.from([0, byte, 10]);
    await onMain('image', binary(0));
    symlinkSync('b.txt', join(repo, 'link'));
    writeFileSync(join(repo, '.gitattributes'), 'wide.txt conflict-marker-size=12\n');
    await onMain('wide.txt', 'wide\n');
    await git('merge', '-q', '--ff-only', 'main');
    for (const [folder, byte] of [
      [one.worktree, 1],
      [repo, 2],
    ] as const) {
      rmSync(join(folder, byte === 1 ? 'c.txt' : 'b.txt'));
      writeFileSync(join(folder, byte === 1 ? 'b.txt' : 'c.txt'), 'changed\n');
      rmSync(join(folder, 'link'));
      symlinkSync(`${byte}`, join(folder, 'link'));
      writeFileSync(join(folder, 'wide.txt'), `wide\n${byte}\n`);
      await commit(folder, 'image', binary(byte));
    }
    const { files } = await open();
    expect(files).toMatchObject([
      { path: 'b.txt', kind: 'deleted-in-base', markers: [] },
      { path: 'c.txt', kind: 'deleted-in-session', markers: [] },
      {
        path: 'image',
        kind: 'binary',
        markers: [],
        text: 'changed on both sides, and binary: `git checkout --ours FILE` (of the session) or `--theirs` (of the base), then `git add FILE`',
      },
      { path: 'link', kind: 'link', markers: [] },
      { path: 'wide.txt', kind: 'content', markers: [2] },
    ]);
    writeFileSync(here('wide.txt'), 'wide\n1\n2\n');
    await expect(conclude()).rejects.toMatchObject({
      message: 'conflicts are not resolved: b.txt, c.txt, image, link',
    });
    await git('rm', '-q', 'b.txt');
    await git('add', 'c.txt', 'image', 'link');
    await conclude();
    expect(await git('status', '--porcelain')).toBe('');
  });

  it('that is resolved to what was there before is so once git was told, and concluded', async () => {
    await clash();
    await open();
    await git('checkout', '-q', '--ours', 'a.txt');
    expect(await client.request('conflict/get', { session: 'one' })).toMatchObject({
      files: [{ ...content('a.txt'), text: 'changed on both sides; no marker is left' }],
    });
    await expect(conclude()).rejects.toMatchObject({ kind: 'conflict' });
    await git('add', 'a.txt');
    expect(await client.request('commit/plan', { session: 'one' })).toMatchObject({
      ...{ merge: true, conflicts: [], files: [] },
    });
    expect((await conclude()).commit).toBe(await git('rev-parse', 'HEAD'));
    expect(await client.request('conflict/get', { session: 'one' })).toBeNull();
    expect((await conclude()).commit).toBeNull();
    await land();
  });

  it('is taken back whole by the command that it tells', async () => {
    await clash();
    const before = await state(one.worktree);
    const { abort } = await open();
    await git(...abort.split(' ').slice(1));
    expect(await state(one.worktree)).toEqual(before);
  });

  it('is that of any other local branch, and of no tag with its name', async () => {
    await box.git(repo, 'checkout', '-qb', 'other');
    await clash();
    await box.git(repo, 'tag', 'other', 'main');
    await expect(open()).rejects.toMatchObject({ message: 'nothing conflicts with main' });
    const { base } = await open({ base: 'other' });
    expect(base).toBe('other');
    expect(await git('rev-parse', 'MERGE_HEAD')).toBe(
      await box.git(repo, 'rev-parse', 'refs/heads/other'),
    );
  });

  it('is made as told, whatever the person has set for merges of their own', async () => {
    await clash();
    await git('config', 'merge.ff', 'only');
    await git('config', 'merge.conflictStyle', 'diff3');
    await git('config', `branch.${one.branch}.mergeOptions`, '--squash --strategy=ours');
    expect((await open()).files).toEqual([content('a.txt', 1, 16)]);
    expect(await git('rev-parse', 'MERGE_HEAD')).toBe(await git('rev-parse', 'main'));
  });
});

describe('a rebase', () => {
  it('stops at the commit that conflicts, goes on as git does, and lands', async () => {
    await own('first.txt', 'first\n');
    await clash();
    await own('last.txt', 'last\n');
    await git('branch', 'mine', 'HEAD~1');
    for (const name of ['autoStash', 'updateRefs', 'rebaseMerges'])
      await git('config', `rebase.${name}`, 'true');
    const [elsewhere, mine] = [await state(repo), await git('rev-parse', 'mine')];
    const opened = await open({ by: 'rebase' });
    expect(opened).toEqual({
      ...{ by: 'rebase', base: 'main', worktree: one.worktree, stopsAt: 'a.txt', checkpoint: 1 },
      files: [content('a.txt', 1, 14)],
      conclude: 'git rebase --continue',
      abort: 'git rebase --abort',
    });
    expect(await state(repo)).toEqual(elsewhere);
    writeFileSync(here('a.txt'), ten);
    await git('add', 'a.txt');
    await git('-c', 'core.editor=true', ...opened.conclude.split(' ').slice(1));
    expect(await git('log', '--format=%s', 'main..')).toBe('last.txt\na.txt\nfirst.txt');
    expect(await git('rev-parse', 'mine')).toBe(mine);
    await land();
    expect(existsSync(join(repo, 'last.txt'))).toBe(true);
  });

  it("on another branch takes the session's own commits there alone", async () => {
    await onMain('of-main.txt', 'main\n');
    await git('merge', '-q', '--ff-only', 'main');
    await box.git(repo, 'checkout', '-q', '-b', 'other', 'HEAD~1');
    await clash();
    const { stopsAt, abort } = await open({ by: 'rebase', base: 'other' });
    expect(stopsAt).toBe('a.txt');
    expect(existsSync(here('of-main.txt'))).toBe(false);
    const before = await checkpoints();
    await git(...abort.split(' ').slice(1));
    expect(await git('rev-parse', 'HEAD')).toBe(before[0]?.head);
  });

  it('asks the hook first, in the environment of the caller', async () => {
    await clash();
    const hook = join(repo, '.git/hooks/pre-rebase');
    writeFileSync(hook, '#!/bin/sh\necho "not from $PLACE"; exit 1\n');
    chmodSync(hook, 0o755);
    const before = await state(one.worktree);
    await expect(open({ by: 'rebase', env: { ...box.env, PLACE: 'here' } })).rejects.toMatchObject({
      kind: 'hook-failed',
      message: expect.stringContaining('not from here'),
    });
    expect(await state(one.worktree)).toEqual(before);
  });
});

describe.each(['merge', 'rebase'] as const)('a %s that can not be', (by) => {
  const refused = async (what: object) => {
    const before = await state(one.worktree);
    await expect(open({ by })).rejects.toMatchObject(what);
    expect(await state(one.worktree)).toEqual(before);
    expect(await checkpoints()).toEqual([]);
  };

  it('is none without a conflict', async () => {
    await own('d.txt', 'd\n');
    await onMain('e.txt', 'e\n');
    await refused({ kind: 'wrong-state', message: 'nothing conflicts with main' });
  });

  it('is refused while anything is not committed', async () => {
    await clash();
    writeFileSync(here('draft.txt'), 'draft\n');
    await refused({
      kind: 'unsaved-work',
      message: `1 file is not committed: no ${by} is begun`,
      hint: expect.stringContaining('Commit first'),
    });
  });

  it('is refused where it would overwrite a file that is ignored', async () => {
    await clash();
    await onMain('secret', 'theirs\n');
    writeFileSync(join(repo, '.git/info/exclude'), 'secret\n');
    writeFileSync(here('secret'), 'mine\n');
    await refused({ kind: 'unsaved-work', message: expect.stringContaining('secret') });
    expect(readFileSync(here('secret'), 'utf8')).toBe('mine\n');
  });

  it('is refused once the base is another than the person saw', async () => {
    await clash();
    const { tip, head } = await client.request('merge/plan', { session: 'one' });
    await onMain('late.txt', 'late\n');
    await expect(open({ by, expected: { tip, head } })).rejects.toMatchObject({
      kind: 'base-moved',
    });
    expect(await checkpoints()).toEqual([]);
  });

  it('is refused while the agent is at work', async () => {
    const command = ['sh', '-c', 'printf "\\033]9;4;3;0\\007"; read -r line'];
    one = await create(client, { repo, name: 'busy', command });
    await untilSession(client, one.id, ({ status }) => status === 'working', 'a turn');
    await clash();
    await expect(open({ by, session: 'busy' })).rejects.toMatchObject({
      kind: 'wrong-state',
      message: expect.stringContaining('busy is working'),
    });
    expect(await git('status', '--porcelain')).toBe('');
  });
});

it.each(['merge', 'rebase'] as const)(
  'a %s that waits is told of by all that would land, rewrite or put back',
  async (by) => {
    await own('d.txt', 'd\n');
    await clash();
    await open({ by });
    const told = { kind: 'wrong-state', message: `a ${by} is not finished` };
    const session = 'one';
    for (const again of ['merge', 'rebase'] as const)
      await expect(open({ by: again })).rejects.toMatchObject(told);
    await expect(client.request('merge/plan', { session })).rejects.toMatchObject(told);
    await expect(client.request('session/rebase', { session })).rejects.toMatchObject(told);
    await expect(client.request('session/squash', { session })).rejects.toMatchObject(told);
    await client.request('session/close', { session });
    const number = 1;
    await expect(client.request('checkpoint/rewind', { session, number })).rejects.toMatchObject(
      told,
    );
    await expect(land()).rejects.toMatchObject({
      ...told,
      hint: expect.stringMatching(
        by === 'merge' ? /`:TempestCommit`.*`git merge --abort`/ : /`git rebase --continue`/,
      ),
    });
    expect(await checkpoints()).toHaveLength(1);
  },
);
