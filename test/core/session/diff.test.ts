// What a client is told of a session's changes, on names and contents made to mislead parsers.
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, untilSession } from '../../support/tempest.ts';

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

const diff = (session: string) => client.request('session/diff', { session });

describe('the diff of a session', () => {
  it('hazard 24: takes no content for a header and no name for two', async () => {
    const repo = await box.repo({
      files: { 'sql.txt': '-- a comment\nkept\n', 'a "quoted" name': 'x\n', 'new\nline': 'y\n' },
    });
    const { worktree, id } = await create(client, { repo });
    writeFileSync(join(worktree, 'sql.txt'), 'kept\n++ added\n++ b/sql.txt\n');
    writeFileSync(join(worktree, 'a "quoted" name'), 'x\nmore\n');
    renameSync(join(worktree, 'new\nline'), join(worktree, 'other\tname'));
    const raw = Buffer.from([0x66, 0xff, 0xfe]);
    writeFileSync(Buffer.concat([Buffer.from(`${worktree}/`), raw]), 'bytes\n');

    const { files, base, tree } = await diff(id);
    const counts = files.map(({ path, oldPath, status, added, removed }) => [
      path,
      oldPath,
      status,
      added,
      removed,
    ]);
    expect(counts.sort()).toEqual([
      ['a "quoted" name', null, 'modified', 1, 0],
      ['f\ufffd\ufffd', null, 'added', 1, 0],
      ['other\tname', 'new\nline', 'renamed', 0, 0],
      ['sql.txt', null, 'modified', 2, 1],
    ]);
    const strange = files.find(({ rawPath }) => rawPath !== null);
    expect(Buffer.from(strange?.rawPath ?? '', 'base64')).toEqual(raw);
    const shown = await client.request('session/file', {
      session: id,
      rev: tree,
      path: strange?.path ?? '',
      rawPath: strange?.rawPath,
    });
    expect(shown).toEqual({ text: 'bytes\n', binary: false, size: 6, next: null });
    const before = await client.request('session/file', {
      session: id,
      rev: base,
      path: 'sql.txt',
    });
    expect(before.text).toBe('-- a comment\nkept\n');

    // Git itself understands the patch: applied to the base it gives the worktree's tree.
    const patch = join(box.root, 'patch');
    const { data } = await client.request('session/patch', { session: id });
    writeFileSync(patch, Buffer.from(data, 'base64'));
    await box.git(repo, 'apply', '--index', patch);
    expect(await box.git(repo, 'write-tree')).toBe(tree);
  });

  it('counts against where the session left a base that has moved on, or is gone', async () => {
    const repo = await box.repo();
    const { worktree, id } = await create(client, { repo });
    writeFileSync(join(worktree, 'mine.txt'), 'one\ntwo\n');
    writeFileSync(join(repo, 'theirs.txt'), 'x\n');
    await box.git(repo, 'add', '.');
    await box.git(repo, 'commit', '-qm', 'Move on');
    expect((await diff(id)).files.map(({ path }) => path)).toEqual(['mine.txt']);

    await box.git(worktree, 'add', '.');
    await box.git(worktree, 'commit', '-qm', 'Mine');
    await box.git(worktree, 'rebase', '-q', 'main');
    expect((await diff(id)).files.map(({ path }) => path)).toEqual(['mine.txt']);

    await box.git(repo, 'checkout', '-q', '--detach');
    await box.git(repo, 'branch', '-D', 'main');
    expect((await diff(id)).files.map(({ path }) => path)).toContain('mine.txt');
  });

  it('shows in the list what the agent changed, without being asked', async () => {
    const repo = await box.repo();
    const command = ['sh', '-c', 'printf "a\\nb\\n" > made.txt; echo written; exec cat'];
    const { id } = await create(client, { repo, command });
    const { changes } = await untilSession(
      client,
      id,
      (one) => one.changes?.files === 1,
      'the changes to be counted',
    );
    expect(changes).toMatchObject({ files: 1, added: 2, removed: 0 });
  });
});

describe('a fresh worktree', () => {
  it('hazard 32: has no link to the person’s node_modules, and is clean', async () => {
    const repo = await box.repo({
      files: { '.gitignore': 'node_modules\n.env\nlinked\n', 'package.json': '{}\n' },
    });
    mkdirSync(join(repo, 'node_modules/left-pad'), { recursive: true });
    writeFileSync(join(repo, 'node_modules/left-pad/index.js'), 'theirs\n');
    writeFileSync(join(repo, 'node_modules/.env'), 'NOT=mine\n');
    writeFileSync(join(repo, '.env'), 'SECRET=1\n');
    symlinkSync('node_modules', join(repo, 'linked'));
    const { worktree } = await create(client, { repo });
    expect(await box.git(worktree, 'status', '--porcelain', '--ignored')).toBe('!! .env');
    expect(readFileSync(join(worktree, '.env'), 'utf8')).toBe('SECRET=1\n');
    // Whatever an agent installs there, the person's own stays as it is.
    mkdirSync(join(worktree, 'node_modules/left-pad'), { recursive: true });
    writeFileSync(join(worktree, 'node_modules/left-pad/index.js'), 'the agent’s\n');
    expect(readFileSync(join(repo, 'node_modules/left-pad/index.js'), 'utf8')).toBe('theirs\n');
  });
});
