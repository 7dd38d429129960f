// A session's commits put on the newest of its base, or made into one: nothing half done, nothing lost.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create } from '../../support/tempest.ts';

let box: Sandbox;
let repo: string;
let client: Client;
let one: Session;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': '1\n2\n3\n4\n5\n', 'b.txt': 'b\n' } });
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
const commit = async (folder: string, path: string, text: string, message: string) => {
  writeFileSync(join(folder, path), text);
  await box.git(folder, 'add', path);
  await box.git(folder, 'commit', '-qm', message);
  return await box.git(folder, 'rev-parse', 'HEAD');
};
const own = (path: string, text: string, message = path) =>
  commit(one.worktree, path, text, message);
const onMain = (path: string, text: string) => commit(repo, path, text, `main: ${path}`);
const plan = () => client.request('rebase/plan', { session: 'one' });
const rebase = () => client.request('session/rebase', { session: 'one' });
const squash = (message?: string) =>
  client.request('session/squash', { session: 'one', ...(message && { message }) });
/** All that a person could miss. */
const state = async () => ({
  head: await git('rev-parse', 'HEAD'),
  branch: await git('symbolic-ref', 'HEAD'),
  status: await git('status', '--porcelain=v2', '--untracked-files=all'),
  staged: await git('diff', '--cached'),
  changed: await git('diff'),
});

describe('a rebase', () => {
  it('equals that of git: commits, authors, dates and messages', async () => {
    await git('config', 'user.name', 'Grace Höpper');
    await own('a.txt', '1\n2\n3\n4\nfive\n', 'Change the end\n\nWith a body.');
    await git('commit', '-q', '--allow-empty', '-m', 'Nothing, on purpose');
    await own('c.txt', 'same\n', 'Landed already');
    await own('d.txt', 'd\n', 'Add d');
    await onMain('a.txt', 'one\n2\n3\n4\n5\n');
    await onMain('c.txt', 'same\n');
    const tip = await box.git(repo, 'rev-parse', 'HEAD');
    await git('branch', 'copy');
    const log = '--format=%T %an <%ae> %ad%n%B';
    const copy = join(box.root, 'copy');
    await box.git(repo, 'worktree', 'add', '-q', copy, 'copy');
    await box.git(copy, 'rebase', '-q', 'main');
    expect(await plan()).toMatchObject({ commits: 3, behind: 2, conflicts: [], stopsAt: null });
    const from = await git('rev-parse', 'HEAD');
    const moved = await rebase();
    expect(moved).toMatchObject({ base: 'main', from, to: await git('rev-parse', 'HEAD') });
    expect(await git('log', log, `${tip}..HEAD`)).toBe(await git('log', log, `${tip}..copy`));
    expect(await git('status', '--porcelain')).toBe('');
    expect(await git('symbolic-ref', 'HEAD')).toBe(`refs/heads/${one.branch}`);
    await expect(rebase()).rejects.toMatchObject({ kind: 'wrong-state' });
  });

  it('carries along what is not committed, what is staged, and what is neither', async () => {
    await own('c.txt', 'c\n');
    writeFileSync(here('a.txt'), '1\n2\n3\n4\nstaged\n');
    await git('add', 'a.txt');
    writeFileSync(here('a.txt'), '1\n2\n3\n4\nstaged and changed\n');
    writeFileSync(here('b.txt'), 'changed\n');
    writeFileSync(here('untracked.txt'), 'untracked\n');
    const before = await state();
    await onMain('a.txt', 'one\n2\n3\n4\n5\n');
    await onMain('new.txt', 'new\n');
    const { checkpoint } = await rebase();
    expect(readFileSync(here('a.txt'), 'utf8')).toBe('one\n2\n3\n4\nstaged and changed\n');
    expect(readFileSync(here('new.txt'), 'utf8')).toBe('new\n');
    const status = (text: string) =>
      text.split('\n').map((line) => line.replace(/ [0-9a-f]{40}/g, ''));
    const after = await state();
    expect(status(after.status)).toEqual(status(before.status));
    expect(await git('show', ':a.txt')).toBe('one\n2\n3\n4\nstaged');
    // What was there before is where the documentation says.
    const { checkpoints } = await client.request('checkpoint/list', { session: 'one' });
    const kept = checkpoints.find(({ number }) => number === checkpoint);
    expect(kept).toMatchObject({ head: before.head, prompt: 'before a rebase on main' });
    expect(await git('show', `${kept?.tree}:a.txt`)).toBe('1\n2\n3\n4\nstaged and changed');
    // And it comes back as docs/recovery.md says.
    await client.request('session/close', { session: 'one' });
    await git('reset', '-q', `refs/tempest/${one.id}/${checkpoint}^`);
    await client.request('checkpoint/rewind', { session: 'one', number: checkpoint });
    expect(await git('rev-parse', 'HEAD')).toBe(before.head);
    expect(readFileSync(here('a.txt'), 'utf8')).toBe('1\n2\n3\n4\nstaged and changed\n');
    expect(await git('status', '--porcelain')).toBe(' M a.txt\n M b.txt\n?? untracked.txt');
  });

  it('takes only its own commits to another base, which is its base from then on', async () => {
    await git('checkout', '-q', '--detach');
    await box.git(repo, 'checkout', '-q', '-b', 'feature');
    await onMain('feature.txt', 'feature\n');
    const made = await create(client, { repo, name: 'two', base: 'feature', prompt: 'more' });
    one = made;
    await own('own.txt', 'own\n', 'Own work');
    await box.git(repo, 'checkout', '-q', 'main');
    await onMain('a.txt', 'one\n2\n3\n4\n5\n');
    const which = { session: 'two', base: 'main' };
    expect(await client.request('rebase/plan', which)).toMatchObject({
      ...{ commits: 1, behind: 1, leaves: 1, former: 'feature' },
    });
    const rebased = await client.request('session/rebase', which);
    expect(rebased).toMatchObject({ base: 'main', former: 'feature' });
    expect(await git('log', '--format=%s', 'main..')).toBe('Own work');
    expect(existsSync(here('feature.txt'))).toBe(false);
    const { base } = await client.request('session/get', { session: 'two' });
    expect(base).toEqual({ ref: 'main', commit: await git('rev-parse', 'main') });
    const { files } = await client.request('session/diff', { session: 'two' });
    expect(files.map(({ path }) => path)).toEqual(['own.txt']);
    const first = await client.request('session/diff', { session: 'two', turn: 1 });
    expect(first.files.map(({ path }) => path)).toEqual(['own.txt']);
    expect(await client.request('merge/plan', { session: 'two' })).toMatchObject({ base: 'main' });
    // On a branch that it has all of already it need only be told.
    await git('branch', 'release', 'main');
    const before = await state();
    await client.request('session/rebase', { session: 'two', base: 'release' });
    expect(await state()).toEqual(before);
    expect((await client.request('session/get', { session: 'two' })).base.ref).toBe('release');
  });

  it('changes nothing at all on a conflict, be it with a commit or with what is not committed', async () => {
    await own('a.txt', '1\n2\nmine\n4\n5\n', 'Change the middle');
    await onMain('a.txt', '1\n2\ntheirs\n4\n5\n');
    let before = await state();
    expect(await plan()).toMatchObject({ conflicts: ['a.txt'], stopsAt: 'Change the middle' });
    await expect(rebase()).rejects.toMatchObject({
      kind: 'conflict',
      message: 'Change the middle conflicts with main in a.txt',
    });
    expect(await state()).toEqual(before);
    await git('reset', '-q', '--hard', 'HEAD~1');
    writeFileSync(here('a.txt'), '1\n2\nmine\n4\n5\n');
    before = await state();
    await expect(rebase()).rejects.toMatchObject({
      kind: 'conflict',
      message: 'what is not committed conflicts with main in a.txt',
    });
    expect(await state()).toEqual(before);
    const { checkpoints } = await client.request('checkpoint/list', { session: 'one' });
    expect(checkpoints).toEqual([]);
  });

  it('is refused by a hook, in the midst of a merge, and beside another git: as if it was never asked', async () => {
    await own('c.txt', 'c\n');
    await onMain('new.txt', 'new\n');
    const before = await state();
    const hook = join(repo, '.git/hooks/pre-rebase');
    writeFileSync(hook, '#!/bin/sh\necho not on a Friday >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    await expect(rebase()).rejects.toMatchObject({
      kind: 'hook-failed',
      message: expect.stringContaining('not on a Friday'),
    });
    expect(await state()).toEqual(before);
    writeFileSync(hook, '#!/bin/sh\n');
    const lock = `${await git('rev-parse', '--path-format=absolute', '--git-path', 'index')}.lock`;
    writeFileSync(lock, '');
    await expect(rebase()).rejects.toMatchObject({ kind: 'git-failed' });
    expect(existsSync(here('new.txt'))).toBe(false);
    await git('update-ref', 'MERGE_HEAD', 'HEAD');
    await expect(rebase()).rejects.toMatchObject({ kind: 'wrong-state' });
  });
});

describe('a squash', () => {
  it('makes one commit of the session’s own, and leaves files and index alone', async () => {
    await own('c.txt', 'c\n', 'First');
    await expect(squash()).rejects.toMatchObject({ kind: 'wrong-state' });
    await onMain('new.txt', 'new\n');
    await own('d.txt', 'd\n', 'Second');
    writeFileSync(here('b.txt'), 'staged\n');
    await git('add', 'b.txt');
    writeFileSync(here('untracked.txt'), 'untracked\n');
    const before = await state();
    const squashed = await squash('Both at once');
    expect(squashed).toMatchObject({ from: before.head, commits: 2 });
    const after = await state();
    expect(after).toEqual({ ...before, head: squashed.to });
    expect(await git('log', '--format=%s', `${one.base.commit}..`)).toBe('Both at once');
    const { checkpoints } = await client.request('checkpoint/list', { session: 'one' });
    expect(checkpoints.at(-1)).toMatchObject({ head: before.head, prompt: 'before a squash' });
    await own('e.txt', 'e\n');
    await squash();
    expect(await git('log', '--format=%s', `${one.base.commit}..`)).toBe('change a');
  });
});
