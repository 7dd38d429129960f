// `tempest commit` and `tempest merge`: from an agent's files to the base branch, and back.
import { readFileSync, writeFileSync } from 'node:fs';
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
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  const made = await run('new', 'write a', '--name', 'one', '--json', '--', 'cat');
  session = JSON.parse(made.stdout) as Session;
});
afterEach(() => box.dispose());

const run = (...args: string[]) => tempest(box, args, { cwd: repo });
const inSession = (path: string, text: string) => writeFileSync(join(session.worktree, path), text);

it('commits, previews, merges, and takes it back', async () => {
  expect((await run('commit', 'one')).stdout).toBe('nothing to commit\n');
  inSession('new.txt', 'new\n');
  expect(await run('merge', 'one', '--squash')).toMatchObject({ code: 1 });
  expect((await run('commit', 'one', '-m', 'A new file')).stdout).toMatch(
    /^committed [0-9a-f]{12}\n$/,
  );
  const preview = (await run('merge', 'one', '--preview')).stdout;
  expect(preview).toContain(`1 commit into ${session.base.ref}: 1 files, +1 -0`);
  expect(await run('merge', 'one', '--squash', '-m', 'Land it')).toMatchObject({ code: 0 });
  expect(readFileSync(join(repo, 'new.txt'), 'utf8')).toBe('new\n');
  expect((await box.git(repo, 'log', '-1', '--format=%s')).trim()).toBe('Land it');
  expect(await run('merge', 'one', '--undo')).toMatchObject({ code: 0 });
  expect((await box.git(repo, 'rev-parse', 'HEAD')).trim()).toBe(session.base.commit);
  expect(await run('merge', 'one', '--undo')).toMatchObject({ code: 1 });
});

it('hands a conflict to the agent, and leaves the base alone', async () => {
  inSession('a.txt', 'mine\n');
  await run('commit', 'one');
  writeFileSync(join(repo, 'a.txt'), 'theirs\n');
  await box.git(repo, 'commit', '-qam', 'meanwhile');
  const before = await box.git(repo, 'rev-parse', 'HEAD');
  expect(await run('merge', 'one', '--preview')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('conflict: a.txt'),
  });
  expect(await run('merge', 'one')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('conflicts with'),
  });
  expect(await run('merge', 'one', '--resolve')).toMatchObject({
    stderr: '',
    stdout: expect.stringContaining('one was asked to resolve it'),
  });
  expect((await run('screen', 'one')).stdout).toContain('resolve the conflicts');
  expect(await box.git(repo, 'rev-parse', 'HEAD')).toBe(before);
});
