// Sessions from every place where a person may stand: their whole life, and nothing carried over where there is nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get } from '../../support/tempest.ts';

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

/** How to make each place, out of the ordinary repository; gives where the person stands. */
const places: Record<string, () => Promise<string>> = {
  async 'a bare repository'() {
    const bare = join(box.root, 'bare.git');
    await box.git(box.root, 'clone', '--quiet', '--bare', repo, bare);
    return bare;
  },
  async 'the top of a hub, beside its worktrees'() {
    const hub = await makeHub();
    await box.git(hub, 'worktree', 'add', '--quiet', 'main');
    return hub;
  },
  async 'a worktree of a hub'() {
    const hub = await makeHub();
    await box.git(hub, 'worktree', 'add', '--quiet', 'main');
    return join(hub, 'main');
  },
  async 'a submodule'() {
    const above = await box.repo({ path: 'above' });
    const add = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add'];
    await box.git(above, ...add, repo, 'lib');
    return join(above, 'lib');
  },
  async 'a worktree'() {
    const side = join(box.root, 'side');
    await box.git(repo, 'worktree', 'add', '--quiet', '-b', 'side', side);
    return side;
  },
  async 'a detached HEAD'() {
    await box.git(repo, 'checkout', '--quiet', '--detach');
    return repo;
  },
};

/** A folder whose `.git` is bare, with the worktrees beside it. */
async function makeHub(): Promise<string> {
  const hub = join(box.root, 'hub');
  await box.git(box.root, 'clone', '--quiet', '--bare', repo, join(hub, '.git'));
  return hub;
}

describe.each(Object.keys(places))('hazard 23: in %s', (place) => {
  it('a session is created, reviewed, closed, opened, removed and restored', async () => {
    const here = (await places[place]?.()) ?? '';
    const { id, worktree, status } = await create(client, { repo: here, name: 'work' });
    const session = { session: id };
    expect(status).not.toBe('failed');
    expect(await box.git(worktree, 'status', '--porcelain', '-b')).toBe('## tempest/work');

    writeFileSync(join(worktree, 'new.txt'), 'unsaved\n');
    const { files } = await client.request('session/diff', session);
    expect(files.map(({ path }) => path)).toEqual(['new.txt']);

    await client.request('session/close', session);
    await client.request('session/open', session);
    expect((await get(client, id)).reason).toBe('');

    await client.request('session/remove', { ...session, force: true });
    expect(existsSync(worktree)).toBe(false);
    await client.request('session/restore', session);
    expect(readFileSync(join(worktree, 'new.txt'), 'utf8')).toBe('unsaved\n');
    await client.request('session/open', session);
    expect((await get(client, id)).exit).toBeNull();
  });
});

it('hazard 23: a failed session is tried again after the worktree it was created from is deleted', async () => {
  const side = join(box.root, 'side');
  await box.git(repo, 'worktree', 'add', '--quiet', '-b', 'side', side);
  writeFileSync(join(side, '.tempest.toml'), 'setup = "test -e fixed"\n');
  const { setup } = await client.request('repo/inspect', { path: side });
  await client.request('repo/approve', { path: side, hash: setup?.hash ?? '' });
  const creation = create(client, { repo: side, name: 'work' });
  await expect(creation).rejects.toMatchObject({ kind: 'setup-failed' });
  await box.git(repo, 'worktree', 'remove', '--force', side);

  const said: string[] = [];
  const session = await client.request(
    'session/open',
    { session: 'work' },
    { onProgress: (value) => value.kind === 'step' && said.push(value.message) },
  );
  expect([session.status, session.reason]).toEqual(['starting', '']);
  expect(said).toContain(`${side} is gone: nothing is carried over from it, nor set up`);
});
