// What lies in a repository may be anything: no request waits for it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn, create, list } from '../support/tempest.ts';

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

it('pipes in place of its files hold nobody up', async () => {
  const repo = await box.repo();
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(repo, '.tempest.toml')]);
  // More than files are read at the same time.
  const asked = Array.from({ length: 8 }, () => client.request('repo/inspect', { path: repo }));
  for (const answer of await Promise.allSettled(asked)) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { kind: 'bad-config' } });
  }
  expect(await list(client)).toEqual([]);
  const other = await box.repo();
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(other, '.worktreeinclude')]);
  expect(await create(client, { repo: other, name: 'one' })).toMatchObject({ name: 'one' });
});
