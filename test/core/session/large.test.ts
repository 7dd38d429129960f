// Files and differences larger than any message: by pages, that together are the very thing.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import type { Result } from '../../../src/rpc/protocol.ts';
import { tempestJson } from '../../cli/support/tempest.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create } from '../../support/tempest.ts';

const MiB = 1024 * 1024;

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

/** The text of one side of a file, page by page. */
async function textOf(session: string, rev: string, path: string) {
  const pages: Result<'session/file'>[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page: Result<'session/file'> = await client.request('session/file', {
      session,
      rev,
      path,
      offset,
    });
    pages.push(page);
    offset = page.next;
  }
  return { text: pages.map(({ text }) => text).join(''), pages };
}

it('a file of 40 MB comes by pages that end between characters, the one that was deleted, too', async () => {
  const line = 'Zeile – mit „Zeichen“ von zwei, drei und vier Bytes: ü – 🌩️\n';
  const before = line.repeat(Math.ceil((40 * MiB) / Buffer.byteLength(line)));
  const repo = await box.repo({
    files: { 'large.txt': before, 'control.txt': '\x01'.repeat(8 * MiB) },
  });
  const { id, worktree } = await create(client, { repo });
  rmSync(join(worktree, 'large.txt'));
  writeFileSync(join(worktree, 'new.txt'), `x${before}`);
  const { base, tree } = await client.request('session/diff', { session: id });

  const whole = client.request('session/file', { session: id, rev: base, path: 'large.txt' });
  await expect(whole).rejects.toMatchObject({
    kind: 'too-large',
    hint: expect.stringContaining('pages'),
  });
  const old = await textOf(id, base, 'large.txt');
  expect(old.text === before).toBe(true);
  expect(old.pages.length).toBeGreaterThan(5);
  expect(new Set(old.pages.map(({ size }) => size))).toEqual(new Set([Buffer.byteLength(before)]));
  expect((await textOf(id, tree, 'new.txt')).text === `x${before}`).toBe(true);
  // Six times as long in JSON.
  expect((await textOf(id, tree, 'control.txt')).text === '\x01'.repeat(8 * MiB)).toBe(true);
});

it('a file of 40 MB of bytes is named, on whichever page it is asked for', async () => {
  const repo = await box.repo({ files: { 'large.bin': '\0'.repeat(40 * MiB) } });
  const { id } = await create(client, { repo });
  const { base } = await client.request('session/diff', { session: id });
  for (const offset of [undefined, 0, MiB]) {
    const page = { session: id, rev: base, path: 'large.bin', offset };
    expect(await client.request('session/file', page)).toEqual({
      text: `large.bin: ${40 * MiB} bytes`,
      binary: true,
      size: 40 * MiB,
      next: null,
    });
  }
});

it('a patch of 20 MB comes by pages of any length that together are what git prints', async () => {
  const repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  const { id, worktree } = await create(client, { repo });
  const line = 'a line of a patch that has twenty megabytes of them\n';
  writeFileSync(join(worktree, 'long.txt'), line.repeat(Math.ceil((20 * MiB) / line.length)));
  const pages: Buffer[] = [];
  const ask = (page?: { base: string; tree: string; offset: number }) =>
    client.request('session/patch', { session: id, limit: MiB, binary: false, page });
  let answer = await ask();
  const { base, tree } = answer;
  pages.push(Buffer.from(answer.data, 'base64'));
  // What the agent writes meanwhile is on no page of it.
  writeFileSync(join(worktree, 'long.txt'), 'short\n');
  while (answer.next) {
    answer = await ask(answer.next);
    pages.push(Buffer.from(answer.data, 'base64'));
  }
  const file = join(box.root, 'all.diff');
  await box.git(worktree, 'diff', `--output=${file}`, base, tree);
  expect(Buffer.concat(pages).equals(readFileSync(file))).toBe(true);
  expect(pages.slice(0, -1).every(({ length }) => length === MiB)).toBe(true);
});

describe('a difference of 30,000 files', () => {
  it('comes by pages of one moment, and whole where it is short enough for a message', async () => {
    const repo = await box.repo();
    const { id, worktree } = await create(client, { repo });
    const folder = `${'long-name-of-a-folder-'.repeat(10)}/${'and-another-'.repeat(20)}`;
    mkdirSync(join(worktree, folder), { recursive: true });
    const names = Array.from(
      { length: 30_000 },
      (_, at) => `${folder}/${String(at).padStart(5, '0')}`,
    );
    for (const name of names) writeFileSync(join(worktree, name), 'x\n');

    await expect(client.request('session/diff', { session: id })).rejects.toMatchObject({
      kind: 'too-large',
    });
    const found: string[] = [];
    let diff = await client.request('session/diff', { session: id, limit: 7_000 });
    expect(diff.files).toHaveLength(7_000);
    expect(diff.total).toEqual({ files: 30_000, added: 30_000, removed: 0 });
    const { base, tree } = diff;
    writeFileSync(join(worktree, 'later'), 'x\n');
    for (;;) {
      expect(diff).toMatchObject({ base, tree, total: { files: 30_000 } });
      found.push(...diff.files.map(({ path }) => path));
      if (!diff.next) break;
      // Without a limit as much as a message carries.
      diff = await client.request('session/diff', { session: id, page: diff.next });
    }
    expect(found).toEqual(names);

    rmSync(join(worktree, 'later'));
    const printed = (await tempestJson(box, ['diff', id], { cwd: repo })) as Result<'session/diff'>;
    expect(printed.files.map(({ path }) => path)).toEqual(names);
    expect(printed.next).toBeNull();
  });
});
