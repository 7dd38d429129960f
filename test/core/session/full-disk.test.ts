// Hazard 31, a disk that is full: what was asked for is refused in so many words, and nothing is lost or left behind.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type FullDisk, fullDisk } from '../../support/full-disk.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get, list, programs } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let repo: string;
let disk: FullDisk;
let client: Client;
const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
const large = 'a line that is none too short\n'.repeat(10_000);
/** Not to be made smaller by git. */
const dense = randomBytes(200_000).toString('base64');

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n', 'b.txt': large, 'c.txt': 'three\n' } });
  disk = fullDisk(box, git);
  client = await connectIn(box, `${programs}/daemon.js`, disk.env);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

it('hazards 9 and 31: no room for the worktree: no agent starts anywhere, nothing is left, and the name is free', async () => {
  const before = await box.git(repo, 'for-each-ref');
  const started = join(box.root, 'started');
  const command = ['sh', '-c', 'pwd >> "$0"; exec cat', started];
  writeFileSync(join(repo, 'a.txt'), 'changed by hand\n');
  disk.fill();
  await expect(create(client, { repo, name: 'work', command })).rejects.toMatchObject({
    kind: 'git-failed',
    message: expect.stringMatching(/unable to write .*b\.txt/),
    hint: expect.stringContaining('full'),
  });
  expect(await list(client)).toEqual([]);
  expect(await box.git(repo, 'for-each-ref')).toBe(before);
  expect((await box.git(repo, 'worktree', 'list')).split('\n')).toHaveLength(1);
  expect(await box.git(repo, 'status', '--porcelain')).toBe(' M a.txt');
  disk.makeRoom();
  const { worktree, branch } = await create(client, { repo, name: 'work', command });
  expect(branch).toBe('tempest/work');
  expect(readFileSync(join(worktree, 'b.txt'), 'utf8')).toBe(large);
  // The one start, in the worktree: not one was in the person's checkout.
  await until(() => existsSync(started), { what: 'the agent to start' });
  expect(readFileSync(started, 'utf8')).toBe(`${worktree}\n`);
});

it('hazard 31: no room to keep the work: the session is not removed, and is as it was', async () => {
  const { id, worktree, branch } = await create(client, { repo, name: 'work' });
  const session = { session: id };
  writeFileSync(join(worktree, 'unsaved.txt'), dense);
  disk.fill();
  await expect(client.request('session/remove', { ...session, force: true })).rejects.toMatchObject(
    { kind: 'git-failed', hint: expect.stringContaining('full') },
  );
  expect(readFileSync(join(worktree, 'unsaved.txt'), 'utf8')).toBe(dense);
  expect(await box.git(repo, 'branch', '--list', branch)).toContain(branch);
  expect((await get(client, id)).removed).toBeNull();
  disk.makeRoom();
  // Nor is it removed behind the person's back when the daemon begins anew.
  await client.request('daemon/stop', {});
  client = await connectIn(box, `${programs}/daemon.js`, disk.env);
  expect(await get(client, id)).toMatchObject({ removed: null, status: 'exited' });
  await client.request('session/remove', { ...session, force: true });
  expect(existsSync(worktree)).toBe(false);
  await client.request('session/restore', session);
  expect(readFileSync(join(worktree, 'unsaved.txt'), 'utf8')).toBe(dense);
});
