// What a client does in a review: looks at hunks, marks files and hunks, and finds the marks again.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}`);
const text = (all: string[]) => `${all.join('\n')}\n`;

async function start(files: Record<string, string> = { 'a.txt': text(lines(30)) }) {
  const { id: session, worktree } = await create(client, { repo: await box.repo({ files }) });
  const write = (path: string, content: string | Buffer) =>
    writeFileSync(join(worktree, path), content);
  const hunks = async (path: string) =>
    (await client.request('review/hunks', { session, path })).hunks;
  const file = async (path: string) => {
    const { files } = await client.request('session/diff', { session });
    return files.find((one) => one.path === path);
  };
  return { session, worktree, write, hunks, file };
}

describe('the list of files', () => {
  it('is had as it was last counted, without a look at the worktree', async () => {
    const { session, worktree, write } = await start();
    const list = (known: boolean) => client.request('session/diff', { session, known });
    write('a.txt', 'mine\n');
    const first = await list(false);
    expect(first.files).toMatchObject([{ path: 'a.txt', added: 1, removed: 30 }]);
    // Nobody can look at it any more.
    const index = await box.git(worktree, 'rev-parse', '--git-path', 'index');
    const before = readFileSync(index);
    writeFileSync(index, 'no index');
    await expect(list(false)).rejects.toMatchObject({ kind: 'git-failed' });
    expect(await list(true)).toEqual(first);
    writeFileSync(index, before);
    write('b.txt', 'mine, too\n');
    const now = await list(false);
    expect(now.files.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
    expect(await list(true)).toEqual(now);
  });
});

describe('hunks', () => {
  it('keep their ids when they move, and get another when their content changes', async () => {
    const { write, hunks } = await start();
    const all = lines(30);
    all[9] = 'mine';
    all[19] = 'mine, too';
    write('a.txt', text(all));
    const before = await hunks('a.txt');
    expect(before).toMatchObject([
      { oldStart: 10, oldLines: 1, newStart: 10, newLines: 1, accepted: false },
      { oldStart: 20, oldLines: 1, newStart: 20, newLines: 1, accepted: false },
    ]);

    all[19] = 'mine, otherwise';
    write('a.txt', text(['first', ...all]));
    const after = await hunks('a.txt');
    expect(after).toMatchObject([
      { oldStart: 0, oldLines: 0, newStart: 1, newLines: 1 },
      { id: before[0]?.id, oldStart: 10, newStart: 11 },
      { oldStart: 20, newStart: 21 },
    ]);
    expect(after.map(({ id }) => id)).not.toContain(before[1]?.id);
  });

  it('of one file that are alike are told apart', async () => {
    const { write, hunks } = await start({ 'a.txt': 'a\nx\nb\nx\nc\n' });
    write('a.txt', 'a\ny\nb\ny\nc\n');
    const ids = (await hunks('a.txt')).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it('come for a renamed file from what it was, and for a file that is gone or no text', async () => {
    const files = { 'a.txt': text(lines(30)), 'gone.txt': 'a\nb\n', 'same.txt': 'x\n' };
    const { worktree, session, write, hunks } = await start(files);
    renameSync(join(worktree, 'a.txt'), join(worktree, 'b [1]*.txt'));
    write('b [1]*.txt', text(lines(30).with(4, 'mine')));
    rmSync(join(worktree, 'gone.txt'));
    write('binary', Buffer.from([0, 1, 2]));
    const raw = Buffer.from([0x66, 0xff, 0xfe]);
    writeFileSync(Buffer.concat([Buffer.from(`${worktree}/`), raw]), 'bytes');
    expect(await hunks('b [1]*.txt')).toMatchObject([
      { oldStart: 5, oldLines: 1, newStart: 5, newLines: 1 },
    ]);
    expect(await hunks('gone.txt')).toMatchObject([
      { oldStart: 1, oldLines: 2, newStart: 0, newLines: 0 },
    ]);
    for (const path of ['binary', 'same.txt', 'a.txt', 'nowhere']) {
      expect(await hunks(path)).toEqual([]);
    }
    const rawPath = raw.toString('base64');
    const odd = await client.request('review/hunks', { session, path: 'f', rawPath });
    expect(odd.hunks).toMatchObject([{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 1 }]);
  });

  it('come in pages of one comparison, though the file is written meanwhile', async () => {
    const many = lines(6_000);
    const { session, write } = await start({ 'a.txt': text(many) });
    write('a.txt', text(many.map((line, n) => (n % 2 === 0 ? line : `${line}!`))));
    const first = await client.request('review/hunks', { session, path: 'a.txt' });
    write('a.txt', 'nothing of it\n');
    const ids = first.hunks.map(({ id }) => id);
    for (let page = first.next; page; ) {
      const more = await client.request('review/hunks', { session, path: 'a.txt', page });
      expect(more).toMatchObject({ base: first.base, tree: first.tree });
      ids.push(...more.hunks.map(({ id }) => id));
      page = more.next;
    }
    expect(new Set(ids).size).toBe(3_000);
  });
});

describe('marks', () => {
  it('say whether a file was viewed as it is now', async () => {
    const { session, write, file } = await start();
    write('a.txt', 'mine\n');
    const before = await file('a.txt');
    expect(before?.viewed).toBe('no');
    const mark = { session, path: 'a.txt', blob: before?.blob ?? '' };
    await client.request('review/view', { ...mark, viewed: true });
    expect((await file('a.txt'))?.viewed).toBe('yes');
    write('a.txt', 'otherwise\n');
    expect((await file('a.txt'))?.viewed).toBe('changed');
    write('a.txt', 'mine\n');
    expect((await file('a.txt'))?.viewed).toBe('yes');
    await client.request('review/view', { ...mark, viewed: false });
    expect((await file('a.txt'))?.viewed).toBe('no');
  });

  it('are told to every client, and outlive the daemon', async () => {
    const { session, write, hunks, file } = await start();
    write('a.txt', text(lines(30).with(3, 'mine').with(20, 'mine')));
    const other = await connectIn(box);
    const told: string[] = [];
    other.on('review/changed', (params) => told.push(params.session));
    const [first, second] = await hunks('a.txt');
    const ids = [first, second].map((hunk) => hunk?.id ?? '');
    const blob = (await file('a.txt'))?.blob ?? '';
    await client.request('review/view', { session, path: 'a.txt', blob, viewed: true });
    await client.request('review/accept', { session, hunks: ids, accepted: true });
    await client.request('review/accept', { session, hunks: ids.slice(1), accepted: false });
    await until(() => told.length === 3, { what: 'three marks to be told' });
    expect(new Set(told)).toEqual(new Set([session]));
    other.close();

    await client.request('daemon/stop', {});
    await new Promise<void>((resolve) => client.onClosed(resolve));
    client = await connectIn(box);
    expect((await file('a.txt'))?.viewed).toBe('yes');
    expect((await hunks('a.txt')).map(({ accepted }) => accepted)).toEqual([true, false]);
  });

  it('hazard 4: that can’t be read are set aside, and the session goes on without', async () => {
    const { session, write, hunks } = await start();
    write('a.txt', 'mine\n');
    const [hunk] = await hunks('a.txt');
    await client.request('review/accept', { session, hunks: [hunk?.id ?? ''], accepted: true });
    const path = join(box.places.marks, `${session}.json`);
    await client.request('daemon/stop', {});
    await new Promise<void>((resolve) => client.onClosed(resolve));
    writeFileSync(path, '{"viewed": [');
    client = await connectIn(box);
    expect((await hunks('a.txt'))[0]?.accepted).toBe(false);
    await client.request('review/accept', { session, hunks: [hunk?.id ?? ''], accepted: true });
    expect((await hunks('a.txt'))[0]?.accepted).toBe(true);
    const aside = readdirSync(box.places.marks).find((name) => name.includes('.unreadable-'));
    expect(readFileSync(join(box.places.marks, aside ?? ''), 'utf8')).toBe('{"viewed": [');
  });

  it('made at the same moment are all kept', async () => {
    const { session } = await start();
    const ids = Array.from({ length: 40 }, (_, n) => `hunk-${n}`);
    await Promise.all(
      ids.map((id) => client.request('review/accept', { session, hunks: [id], accepted: true })),
    );
    const kept = JSON.parse(readFileSync(join(box.places.marks, `${session}.json`), 'utf8'));
    expect(kept.accepted.sort()).toEqual(ids.sort());
  });
});
