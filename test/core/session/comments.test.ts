// Comments on real sessions: they follow their code, are sent as one prompt, and answered by a turn.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Comment } from '../../../src/core/review/comment.ts';
import type { Client } from '../../../src/rpc/client.ts';
import type { Params } from '../../../src/rpc/protocol.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, get, screen, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

const code = ['first', 'second', 'third', 'fourth', 'fifth', ''].join('\n');
let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': code, 'b.txt': 'one\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

/** A shell that shows its turns as a progress bar. Of what is sent to it, it does what stands in `next`. */
async function reviewed(name = 'one') {
  const next = join(box.root, `${name}.sh`);
  const turn = `. ${next}; : > ${next}`;
  const script = `printf '\\033[?2004h'; echo ready; while read -r line; do printf "\\033]9;4;3;0\\007"; ${turn}; printf "\\033]9;4;0;0\\007"; done`;
  writeFileSync(next, '');
  const command = ['sh', '-c', script];
  const made = await client.request('session/create', { repo, name, command });
  const session = made.id;
  await untilSession(client, session, ({ status }) => status === 'idle', 'rest');
  const list = async () => (await client.request('comment/list', { session })).comments;
  const checkpoints = async () =>
    (await client.request('checkpoint/list', { session })).checkpoints.length;
  return {
    ...made,
    path: (file: string) => join(made.worktree, file),
    /** The next text that is sent does this. */
    will: (commands: string) => writeFileSync(next, commands),
    add: (o: Partial<Params<'comment/add'>> = {}) =>
      client.request('comment/add', {
        session,
        path: 'a.txt',
        range: { start: 2, end: 3 },
        body: 'Why?',
        ...o,
      }),
    list,
    only: async () => (await list())[0] as Comment,
    send: (o: object = {}) => client.request('review/send', { session, ...o }),
    async turn() {
      const before = await checkpoints();
      await client.request('session/send', { session, text: 'go on' });
      await until(async () => (await checkpoints()) > before, { what: 'the end of the turn' });
    },
    untilStatus: (status: Comment['status']) =>
      until(async () => (await list())[0]?.status === status, { what: `a comment ${status}` }),
  };
}

describe('a comment', () => {
  it('quotes the code, and follows it as it moves, is renamed, and goes', async () => {
    const one = await reviewed();
    const made = await one.add();
    expect(made).toMatchObject({ id: '1', quote: ['second', 'third'], anchor: 'exact' });
    writeFileSync(one.path('a.txt'), `new\n${code}`);
    expect(await one.only()).toMatchObject({ range: { start: 3, end: 4 }, anchor: 'moved' });
    mkdirSync(one.path('deep'));
    renameSync(one.path('a.txt'), one.path('deep/c.txt'));
    expect(await one.only()).toMatchObject({ path: 'deep/c.txt', anchor: 'moved' });
    writeFileSync(one.path('deep/c.txt'), 'something else\n');
    expect(await one.only()).toMatchObject({ anchor: 'gone', quote: ['second', 'third'] });
    rmSync(one.path('deep/c.txt'));
    expect(await one.only()).toMatchObject({ anchor: 'gone', range: { start: 3, end: 4 } });
    renameSync(one.path('b.txt'), one.path('a.txt'));
    writeFileSync(one.path('deep/c.txt'), code);
    expect(await one.only()).toMatchObject({ path: 'deep/c.txt', anchor: 'moved' });
  });

  it('may stand on a file whose name is not UTF-8, with any line ends, or on what was there before', async () => {
    const one = await reviewed();
    const raw = Buffer.from('caf\xe9.txt', 'latin1');
    writeFileSync(Buffer.concat([Buffer.from(`${one.worktree}/`), raw]), 'eins\r\nzwei\r\n');
    const rawPath = raw.toString('base64');
    const range = { start: 2, end: 2 };
    expect(await one.add({ path: 'caf\ufffd.txt', rawPath, range })).toMatchObject({
      quote: ['zwei'],
    });
    const rev = (await client.request('session/diff', { session: one.id })).base;
    writeFileSync(one.path('a.txt'), 'all new\n');
    const old = await one.add({ side: 'old', rev, range });
    expect(old).toMatchObject({ quote: ['second'], side: 'old' });
    expect((await one.list()).map(({ anchor }) => anchor)).toEqual(['exact', 'exact']);
  });

  it('is refused where there is nothing, or outside of the worktree', async () => {
    const one = await reviewed();
    const refused = { kind: 'bad-request' };
    await expect(one.add({ range: { start: 5, end: 6 } })).rejects.toMatchObject(refused);
    await expect(one.add({ range: { start: 3, end: 2 } })).rejects.toMatchObject(refused);
    await expect(one.add({ path: '../a.txt' })).rejects.toMatchObject(refused);
    await expect(one.add({ path: '/etc/passwd' })).rejects.toMatchObject(refused);
    await expect(one.add({ path: 'nowhere.txt' })).rejects.toMatchObject(refused);
    expect(await one.list()).toEqual([]);
    // What the editor has and the disk hasn't yet can be quoted.
    const quote = ['not written yet'];
    const range = { start: 9, end: 9 };
    await one.add({ range, quote });
    expect(await one.only()).toMatchObject({ anchor: 'gone', range });
    writeFileSync(one.path('a.txt'), `${code}not written yet\n`);
    expect(await one.only()).toMatchObject({ anchor: 'moved', range: { start: 6, end: 6 } });
  });

  it('quotes a link, and nothing that it leads to', async () => {
    const one = await reviewed();
    mkdirSync(join(box.root, 'private'));
    writeFileSync(join(box.root, 'private/key'), 'secret\n');
    symlinkSync(join(box.root, 'private/key'), one.path('link'));
    symlinkSync(join(box.root, 'private'), one.path('folder'));
    const range = { start: 1, end: 1 };
    const made = await one.add({ path: 'link', range });
    expect(made.quote).toEqual([join(box.root, 'private/key')]);
    await expect(one.add({ path: 'folder/key', range })).rejects.toMatchObject({
      kind: 'bad-request',
    });
  });

  it('is edited, resolved, opened again and removed', async () => {
    const one = await reviewed();
    const { id: comment } = await one.add();
    const at = { session: one.id, comment };
    expect(await client.request('comment/edit', { ...at, body: 'Why so?' })).toMatchObject({
      body: 'Why so?',
      status: 'open',
    });
    expect(await client.request('comment/resolve', at)).toMatchObject({ status: 'resolved' });
    await expect(one.send()).rejects.toMatchObject({ kind: 'wrong-state' });
    const again = await client.request('comment/resolve', { ...at, resolved: false });
    expect(again).toMatchObject({ status: 'open' });
    await client.request('comment/remove', at);
    expect(await one.list()).toEqual([]);
    const gone = { kind: 'unknown-comment' };
    await expect(client.request('comment/remove', at)).rejects.toMatchObject(gone);
    await expect(client.request('comment/edit', { ...at, body: 'x' })).rejects.toMatchObject(gone);
    expect(await one.add()).toMatchObject({ id: '2' });
  });

  it('outlives the daemon and the trash, and an unreadable file is set aside', async () => {
    const one = await reviewed();
    await one.add();
    await client.request('session/remove', { session: one.id, force: true });
    await client.request('daemon/stop', {});
    await until(() => !existsSync(box.places.daemonSocket), { what: 'the end of the daemon' });
    client.close();
    client = await connectIn(box);
    await client.request('session/restore', { session: one.id });
    expect(await one.only()).toMatchObject({ body: 'Why?', anchor: 'exact' });
    await client.request('daemon/stop', {});
    await until(() => !existsSync(box.places.daemonSocket), { what: 'the end of the daemon' });
    client.close();
    const file = join(box.places.comments, `${one.id}.json`);
    writeFileSync(file, '{');
    client = await connectIn(box);
    expect(await one.list()).toEqual([]);
    await one.add({ body: 'Anew' });
    expect(readFileSync(box.places.daemonLog, 'utf8')).toContain(`set aside ${file}.unreadable-`);
  });

  it('is forgotten when its session cannot be restored any more', async () => {
    const one = await reviewed();
    await one.add();
    const file = join(box.places.comments, `${one.id}.json`);
    await client.request('session/remove', { session: one.id, force: true });
    await client.request('daemon/stop', {});
    await until(() => !existsSync(box.places.daemonSocket), { what: 'the end of the daemon' });
    client.close();
    expect(existsSync(file)).toBe(true);
    const path = join(box.places.sessions, `${one.id}.json`);
    const record = JSON.parse(readFileSync(path, 'utf8'));
    record.removed.expiresAt = 1;
    writeFileSync(path, JSON.stringify(record));
    client = await connectIn(box);
    await until(() => !existsSync(file), { what: 'the comments to be forgotten' });
  });
});

describe('a review', () => {
  it('is sent as one prompt, and what a turn changed there is its answer', async () => {
    const one = await reviewed();
    const told: string[] = [];
    client.on('review/changed', ({ session }) => told.push(session));
    await one.add();
    await one.add({ path: 'b.txt', range: { start: 1, end: 1 }, body: 'Fine' });
    one.will('sed -i s/second/2nd/ a.txt; sed -i 1izeroth a.txt');
    const { text, comments, queued } = await one.send({ note: 'Please:' });
    expect({ comments, queued }).toEqual({ comments: ['1', '2'], queued: false });
    expect(text.split('\n\n').slice(1)).toEqual([
      'Please:',
      '1. a.txt:2-3\n> second\n> third\nWhy?',
      '2. b.txt:1\n> one\nFine',
    ]);
    await one.untilStatus('answered');
    const [answered, other] = await one.list();
    expect(answered).toMatchObject({
      answer: { checkpoint: expect.any(Number), before: ['second'], after: ['2nd'] },
      range: { start: 3, end: 4 },
      quote: ['second', 'third'],
      anchor: 'moved',
    });
    expect(other).toMatchObject({ status: 'sent', answer: null });
    expect(new Set(told)).toEqual(new Set([one.id]));
    expect(await screen(client, one.id)).toContain('b.txt:1');
    await expect(one.send()).rejects.toMatchObject({ kind: 'wrong-state' });
  });

  it('is answered by a later turn, too, and by the end of the file', async () => {
    const one = await reviewed();
    await one.add();
    await one.send();
    await one.turn();
    expect(await one.only()).toMatchObject({ status: 'sent' });
    one.will('rm a.txt');
    await one.turn();
    await one.untilStatus('answered');
    expect(await one.only()).toMatchObject({
      anchor: 'gone',
      answer: { before: ['second', 'third'], after: [] },
    });
    const { id: comment } = await one.only();
    const body = 'Bring it back';
    await client.request('comment/edit', { session: one.id, comment, body });
    expect((await one.send()).text).toContain('a.txt:2-3 (these lines have changed since');
  });

  it('of code that was there before is answered where that was, not elsewhere', async () => {
    const one = await reviewed();
    const rev = (await client.request('session/diff', { session: one.id })).base;
    writeFileSync(one.path('a.txt'), code.replace('third\n', '').replace('first', '1st'));
    await one.add({ side: 'old', rev, range: { start: 3, end: 3 }, body: 'Why away?' });
    expect((await one.send()).text).toContain('a.txt:3 (as it was before your changes)');
    one.will('sed -i s/1st/first/ a.txt');
    await one.turn();
    expect(await one.only()).toMatchObject({ status: 'sent' });
    one.will('sed -i "s/second/second\\nthird/" a.txt');
    await one.turn();
    await one.untilStatus('answered');
    expect(await one.only()).toMatchObject({ answer: { before: [], after: ['third'] } });
  });

  it('is refused while the agent is at work, and stays open', async () => {
    const one = await reviewed();
    await one.add();
    one.will(`until test -e ${box.root}/on; do sleep 0.1; done`);
    await client.request('session/send', { session: one.id, text: 'go' });
    await untilSession(client, one.id, ({ status }) => status === 'working', 'work');
    await expect(one.send()).rejects.toMatchObject({ kind: 'wrong-state' });
    expect(await one.only()).toMatchObject({ status: 'open' });
    writeFileSync(join(box.root, 'on'), '');
    await untilSession(client, one.id, ({ status }) => status === 'idle', 'rest');
    await client.request('session/close', { session: one.id });
    await expect(one.send()).rejects.toMatchObject({ kind: 'wrong-state' });
    expect(await one.only()).toMatchObject({ status: 'open', queued: null });
  });
});

describe('a review that waits in the queue', () => {
  /** The demo agent's edits only add to files. */
  const demo = async () => {
    const env = { TEMPEST_DEMO_PACE: '20' };
    const name = 'demo';
    const prompt = 'Think hard';
    const made = await client.request('session/create', { repo, agent: 'demo', name, prompt, env });
    const session = made.id;
    const [range, body] = [{ start: 1, end: 1 }, 'Why without asking?'];
    const add = () => client.request('comment/add', { session, path: 'a.txt', range, body });
    const only = async () => (await client.request('comment/list', { session })).comments[0];
    await untilSession(client, session, ({ status }) => status === 'waiting', 'a question');
    return { session, add, only };
  };

  it('is sent when the turn is over', async () => {
    const { session, add, only } = await demo();
    await add();
    await expect(client.request('review/send', { session })).rejects.toMatchObject({
      kind: 'wrong-state',
    });
    const sent = await client.request('review/send', { session, queue: true });
    expect(sent).toMatchObject({ queued: true, confirmed: null });
    expect(await only()).toMatchObject({ status: 'open', queued: '1' });
    await expect(client.request('review/send', { session })).rejects.toMatchObject({
      kind: 'wrong-state',
    });
    const question = (await get(client, session)).question?.id ?? '';
    await client.request('session/answer', { session, question, answer: 'allow' });
    await until(async () => (await only())?.status === 'sent', { what: 'a sent comment' });
    expect(await only()).toMatchObject({ queued: null });
  });

  it('is open again when it is taken out', async () => {
    const { session, add, only } = await demo();
    await add();
    await client.request('review/send', { session, queue: true });
    await client.request('queue/remove', { session, item: '1' });
    await until(async () => (await only())?.queued === null, { what: 'a comment that is free' });
    expect(await only()).toMatchObject({ status: 'open' });
  });
});
