// Forking a session, and what becomes of a conversation that can't be resumed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get, list, untilSession } from '../../support/tempest.ts';

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n', 'gone.txt': 'x\n', '.gitignore': 'out\n' } });
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

describe('a forked session', () => {
  it('begins with all the work of the first, which is not touched, and has the same base', async () => {
    client = await connectIn(box);
    const first = await create(client, { repo, name: 'first' });
    const there = (path: string) => join(first.worktree, path);
    writeFileSync(there('committed.txt'), 'c\n');
    await box.git(first.worktree, 'add', 'committed.txt');
    await box.git(first.worktree, 'commit', '-qm', 'one step');
    writeFileSync(there('a.txt'), 'two\n');
    await box.git(first.worktree, 'add', 'a.txt');
    writeFileSync(there('a.txt'), 'three\n');
    writeFileSync(there('untracked.txt'), 'new\n');
    writeFileSync(there('out'), 'ignored\n');
    rmSync(there('gone.txt'));
    const status = () =>
      execFileSync('git', ['status', '--porcelain=v2', '--branch'], {
        cwd: first.worktree,
        env: box.env,
        encoding: 'utf8',
      });
    const before = status();

    const second = await client.request('session/fork', { session: 'first' });

    expect(second).toMatchObject({
      name: 'first-fork',
      branch: 'tempest/first-fork',
      forkedFrom: first.id,
      base: first.base,
      command: ['cat'],
    });
    const here = (path: string) => readFileSync(join(second.worktree, path), 'utf8');
    expect([here('a.txt'), here('untracked.txt'), here('committed.txt')]).toEqual([
      'three\n',
      'new\n',
      'c\n',
    ]);
    expect([
      existsSync(join(second.worktree, 'gone.txt')),
      existsSync(join(second.worktree, 'out')),
    ]).toEqual([false, false]);
    const head = (folder: string) => box.git(folder, 'rev-parse', 'HEAD');
    expect(await head(second.worktree)).toBe(await head(first.worktree));
    expect((await box.git(second.worktree, 'status', '--porcelain')).split('\n').sort()).toEqual(
      expect.arrayContaining(['?? untracked.txt']),
    );
    expect(status()).toBe(before);
    // Both are compared with the base, so both show the same.
    const files = async (session: string) =>
      (await client.request('session/diff', { session })).files.map(({ path }) => path);
    expect(await files(second.id)).toEqual(await files(first.id));
  });

  it('is refused where there is no worktree', async () => {
    client = await connectIn(box);
    const first = await create(client, { repo, name: 'first' });
    rmSync(first.worktree, { recursive: true });
    await expect(client.request('session/fork', { session: 'first' })).rejects.toMatchObject({
      kind: 'wrong-state',
    });
  });
  it.each(['merge', 'rebase', 'stash pop'])(
    'is refused in the midst of a %s, whose markers nobody would know for a conflict there',
    async (begun) => {
      client = await connectIn(box);
      const { worktree } = await create(client, { repo, name: 'first' });
      const git = (...args: string[]) => box.git(worktree, ...args);
      const change = (text: string) => writeFileSync(join(worktree, 'a.txt'), text);
      change('put aside\n');
      await git('stash', '-q');
      await git('checkout', '-q', '-b', 'other');
      change('theirs\n');
      await git('commit', '-qam', 'theirs');
      await git('checkout', '-q', '-');
      change('mine\n');
      await git('commit', '-qam', 'mine');
      const words = begun === 'stash pop' ? ['stash', 'pop'] : [begun, 'other'];
      await expect(git(...words)).rejects.toThrow();
      const isStash = begun === 'stash pop';
      await expect(client.request('session/fork', { session: 'first' })).rejects.toMatchObject({
        kind: isStash ? 'conflict' : 'wrong-state',
        message: isStash ? 'conflicts are not resolved: a.txt' : `a ${begun} is not finished`,
      });
      expect(await list(client)).toHaveLength(1);
    },
  );
});

describe('hazard 22: a conversation that cannot be resumed', () => {
  const agents = (resume: string) => {
    mkdirSync(dirname(box.places.config), { recursive: true });
    const command = `['sh', '-c', 'echo "begun with: $2"; cat', 'agent', '{conversation}']`;
    const table = `[agents.fragile]\ncommand = ${command}\nresume = ['sh', '-c', '${resume}', 'agent', '{conversation}']\n`;
    writeFileSync(box.places.config, table);
  };

  it('is begun anew once, without the first prompt, and the session says so', async () => {
    agents('echo no such conversation; exit 1');
    client = await connectIn(box);
    const made = await client.request('session/create', {
      repo,
      agent: 'fragile',
      prompt: 'do it',
    });
    await client.request('session/close', { session: made.id });
    await client.request('session/open', { session: made.id });
    const anew = await untilSession(
      client,
      made.id,
      ({ generation, status }) => generation === 3 && status === 'idle',
      'a new conversation',
    );
    expect(anew.notice).toContain('could not be resumed');
    expect(anew.conversation).not.toBe(made.conversation);
    const { text } = await client.request('terminal/screen', { session: made.id });
    expect(text).toContain('begun with:');
    expect(text).not.toContain('do it');
  });

  it('an agent that ends well, or that is ended, is not started again', async () => {
    agents('exit 0');
    client = await connectIn(box);
    const made = await client.request('session/create', { repo, agent: 'fragile', prompt: '' });
    await client.request('session/close', { session: made.id });
    await client.request('session/open', { session: made.id });
    await untilSession(client, made.id, ({ status }) => status === 'exited', 'its end');
    expect(await get(client, made.id)).toMatchObject({ generation: 2, status: 'exited' });
  });
});
