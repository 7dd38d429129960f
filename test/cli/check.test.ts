// `tempest check`: what a person sees of it, and of it elsewhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { tempest } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let session: Session;
beforeEach(async () => {
  box = await sandbox({
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  });
  repo = await box.repo({ files: { 'a.txt': 'one\n', '.tempest.toml': 'check = "cat b.txt"\n' } });
  const made = await run('new', '--name', 'one', '--json', '--', 'cat');
  session = JSON.parse(made.stdout) as Session;
});
afterEach(() => box.dispose());

const run = (...args: string[]) => tempest(box, args, { cwd: repo });
const lastField = async () => (await run('list')).stdout.trimEnd().split('\t').at(-1);

it('is approved, fails, passes, and shows in the list and before a merge', async () => {
  expect((await run('check', 'one')).stderr).toContain('`tempest approve`');
  expect((await run('approve', '--yes')).stdout).toBe('Approved:\ncat b.txt\n');
  expect((await run('approve')).stdout).toBe('Already approved\n');
  expect(await run('check', 'one')).toMatchObject({
    code: 1,
    stdout: 'failed with code 1\n',
    stderr: expect.stringContaining('b.txt'),
  });
  expect(await lastField()).toBe('failed');
  writeFileSync(join(session.worktree, 'b.txt'), 'good\n');
  await run('commit', 'one', '-m', 'b');
  expect((await run('merge', 'one', '--preview')).stdout).toContain(
    'the check failed with code 1, before the last changes\n',
  );
  expect(await lastField()).toBe('failed stale');
  expect(await run('check', 'one')).toMatchObject({
    code: 0,
    stdout: 'passed\n',
    stderr: 'good\n',
  });
  expect((await run('check', 'one', '--log')).stdout).toBe('good\n');
  expect(await lastField()).toBe('passed');
  expect((await run('merge', 'one')).stderr).not.toContain('check');
});

it('that failed is told of when the session is merged all the same', async () => {
  await run('approve', '--yes');
  await run('check', 'one');
  writeFileSync(join(session.worktree, 'c.txt'), 'c\n');
  await run('commit', 'one', '-m', 'c');
  expect(await run('merge', 'one')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('tempest: the check of one failed with code 1'),
  });
});
