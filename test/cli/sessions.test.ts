import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Method, type Result, requests } from '../../src/rpc/protocol.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Witness, witness } from './support/agent.ts';
import { type RunOptions, tempest, tempestJson } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let agent: Witness;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  agent = witness(box);
});
afterEach(() => box.dispose());

/** Runs with --json, and holds the answer against the protocol's own schema. */
async function answer<M extends Method>(
  method: M,
  args: string[],
  options: RunOptions = {},
): Promise<Result<M>> {
  const json = await tempestJson(box, args, { cwd: repo, ...options });
  return requests[method].result.parse(json) as Result<M>;
}

const create = (args: string[], options?: RunOptions) =>
  answer('session/create', ['new', ...args], options);
const run = (args: string[], options: RunOptions = {}) =>
  tempest(box, args, { cwd: repo, ...options });

it('a session whose repository was moved says where it has to be', async () => {
  await create(['--name', 'stays']);
  await create(['--name', 'moved', 'go']);
  await answer('session/remove', ['remove', 'moved', '--force']);
  renameSync(repo, `${repo}-elsewhere`);
  const all = { cwd: box.home };
  const { code, stderr } = await run(['restore', 'moved'], all);
  expect(code).toBe(1);
  expect(stderr).toContain(`its repository ${repo} is not there`);
  expect(stderr).toContain('move it back');
  for (const command of ['diff', 'commit', 'merge']) {
    expect((await run([command, 'stays'], all)).stderr, command).toContain('is not there');
  }
  const notice = async () => {
    const { sessions } = await answer('session/list', ['list', '--all'], all);
    return sessions.find(({ name }) => name === 'stays')?.notice;
  };
  expect(await notice()).toBe('its worktree is not there');
  renameSync(`${repo}-elsewhere`, repo);
  expect((await run(['diff', 'stays'])).code).toBe(0);
  expect(await notice()).toBe('');
  expect((await run(['restore', 'moved'], all)).code).toBe(0);
});

describe('hazard 11: a prompt', () => {
  const prompt = `it's "quoted" $(touch never) \`id\` ; rm -rf \\ \n\n  two\tlines 🌩️ é\u0301 %s !! -- --json`;

  it('as an argument arrives byte for byte', async () => {
    const { id, prompt: kept } = await create([prompt]);
    expect(kept).toBe(prompt);
    expect((await agent.started(id)).args).toEqual([prompt]);
  });

  it('on standard input arrives byte for byte, its final line end aside', async () => {
    const { id } = await create(['-'], { input: `${prompt}\n` });
    expect((await agent.started(id)).args).toEqual([prompt]);
  });

  it('sent later arrives as one paste, byte for byte', async () => {
    const { id, name } = await create([]);
    await agent.started(id);
    await until(async () => (await run(['screen', name])).stdout.includes('I am ready'), {
      what: 'the agent to be ready',
    });
    const text = 'it\'s $(id) `x` "y"\nsecond line 🌩️';
    expect(await run(['send', name, '-'], { input: `${text}\n` })).toMatchObject({
      code: 0,
      stderr: '',
    });
    await until(() => agent.typed(id).endsWith('\r'), { what: 'the text to be submitted' });
    const [, pasted = ''] = agent.typed(id).split('\x1b[200~');
    expect(pasted.replaceAll('\r', '\n')).toBe(`${text}\x1b[201~\n`);
  });
});

describe('-- COMMAND…', () => {
  it('runs any program, its arguments untouched', async () => {
    const odd = ['--json', '--help', '', "it's", '$HOME', '*', '--', '-x', 'a\nb'];
    const { id, command } = requests['session/create'].result.parse(
      JSON.parse((await run(['new', '--json', '--', ...agent.command, ...odd])).stdout),
    );
    expect(command).toEqual([...agent.command, ...odd]);
    expect((await agent.started(id)).args).toEqual(odd);
  });
});

describe('a session', () => {
  it('goes its whole way by the command line, each answer as the protocol says', async () => {
    const made = await create(['try something', '--name', 'way']);
    await agent.started(made.id);
    expect(existsSync(join(made.worktree, 'a.txt'))).toBe(true);

    const { sessions } = await answer('session/list', ['list']);
    expect(sessions.map(({ id }) => id)).toEqual([made.id]);
    expect((await answer('session/rename', ['rename', 'way', 'road'])).name).toBe('road');
    writeFileSync(join(made.worktree, 'new.txt'), 'new\n');
    const diff = await answer('session/diff', ['diff', 'road']);
    expect(diff.files.map(({ path, status }) => [path, status])).toEqual([['new.txt', 'added']]);
    expect((await answer('terminal/screen', ['screen', 'road'])).text).toContain('I am ready');
    expect((await answer('session/log', ['logs', 'road'])).text).toBe('');
    expect((await answer('session/close', ['close', 'road'])).status).toBe('closed');
    expect((await answer('session/open', ['open', made.id.slice(0, 4)])).generation).toBe(2);

    const refused = await run(['remove', 'road', '--json']);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(JSON.parse(refused.stderr).error).toMatchObject({ kind: 'unsaved-work' });
    expect((await answer('session/remove', ['remove', 'road', '--force'])).removed).not.toBeNull();
    expect(existsSync(made.worktree)).toBe(false);
    const { sessions: removed } = await answer('session/list', ['list', '--removed']);
    expect(removed.map(({ name }) => name)).toEqual(['road']);
    await answer('session/restore', ['restore', 'road']);
    expect(existsSync(join(made.worktree, 'new.txt'))).toBe(true);
  });

  it('is said to people in lines, and to pipes in fields that stay where they are', async () => {
    const { code, stdout } = await run(['new', 'a\ttab and\nlines', '--name', 'plain']);
    expect(code).toBe(0);
    const [name, branch, worktree] = stdout.trimEnd().split('\t');
    expect([name, branch]).toEqual(['plain', 'tempest/plain']);
    expect(existsSync(worktree ?? '')).toBe(true);
    const list = await run(['list']);
    expect(list.stdout.split('\n')).toHaveLength(2);
    const fields = list.stdout.trimEnd().split('\t');
    expect(fields).toHaveLength(9);
    expect([fields[1], fields[3], fields[4]]).toEqual(['plain', 'witness', 'tempest/plain']);
    expect(new Date(fields[7] ?? '').getTime()).toBeGreaterThan(0);
    expect(fields[8]).toBe('a tab and lines');
  });

  it('is meant by `.`, or by nothing, inside its worktree', async () => {
    const { worktree, id } = await create(['--name', 'here']);
    await create(['--name', 'there']);
    const cwd = worktree;
    expect((await answer('session/rename', ['rename', '.', 'renamed'], { cwd })).id).toBe(id);
    expect((await answer('session/close', ['close'], { cwd })).id).toBe(id);
    const outside = await run(['close']);
    expect(outside.code).toBe(1);
    expect(outside.stderr).toMatch(/no session's worktree\n {2}Name the session/);
  });

  it('of this repository comes before one of the same name elsewhere', async () => {
    const other = await box.repo();
    const here = await create(['--name', 'same']);
    const there = await create(['--name', 'same'], { cwd: other });
    expect((await answer('session/close', ['close', 'same'], { cwd: other })).id).toBe(there.id);
    expect((await answer('session/close', ['close', 'same'])).id).toBe(here.id);
    expect((await answer('session/list', ['list'])).sessions).toHaveLength(1);
    expect((await answer('session/list', ['list', '--all'])).sessions).toHaveLength(2);
    expect((await answer('session/list', ['list', '--repo', other])).sessions[0]?.id).toBe(
      there.id,
    );
    expect((await answer('session/list', ['list'], { cwd: box.root })).sessions).toHaveLength(2);
    const unclear = await run(['close', 'same', '--json'], { cwd: box.root });
    expect(JSON.parse(unclear.stderr).error.kind).toBe('ambiguous-session');
  });

  it('gets the environment of the shell it was started from', async () => {
    const { id } = await create([], { env: { MY_KEY: 'of the shell' } });
    expect((await agent.started(id)).env).toMatchObject({
      MY_KEY: 'of the shell',
      TEMPEST_SESSION: id,
    });
  });
});

describe('a diff', () => {
  it('on a pipe is a patch that applies elsewhere', async () => {
    const { worktree } = await create(['--name', 'd']);
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256));
    writeFileSync(join(worktree, 'blob'), bytes);
    writeFileSync(join(worktree, 'a.txt'), 'one\ntwo\n');
    const { stdout } = await run(['diff', 'd']);
    expect(stdout).toContain('--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n one\n+two\n');
    writeFileSync(join(box.root, 'd.patch'), stdout);
    await box.git(repo, 'apply', '--index', join(box.root, 'd.patch'));
    expect(await box.git(repo, 'diff', '--cached', '--stat')).toContain('300 bytes');
  });

  it('shows counts or names only, and of some paths only', async () => {
    const { worktree } = await create(['--name', 'd']);
    for (const name of ['x.txt', 'y.txt']) writeFileSync(join(worktree, name), 'x\n');
    expect((await run(['diff', 'd', '--name-only'])).stdout).toBe('x.txt\ny.txt\n');
    expect((await run(['diff', 'd', '--stat'])).stdout).toContain(
      '2 files changed, 2 insertions(+)',
    );
    expect((await run(['diff', 'd', '--name-only', '--', 'y.txt'])).stdout).toBe('y.txt\n');
  });
});

describe('without a terminal, nothing is offered', () => {
  it('outside of a repository: it fails, says how to go on, and makes nothing', async () => {
    const { code, stderr } = await run(['new', 'x'], { cwd: box.home });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tempest: .*repository\n {2}.*git init/);
    expect(existsSync(join(box.home, '.git'))).toBe(false);
  });

  it('with a setup command that nobody approved: it fails until `approve --yes`', async () => {
    writeFileSync(
      join(repo, '.tempest.toml'),
      'setup = "echo ready > made-by-setup; echo said so"\n',
    );
    const refused = await run(['new', 'x', '--json']);
    expect([refused.code, JSON.parse(refused.stderr).error.kind]).toEqual([1, 'setup-unapproved']);
    expect((await run(['approve'])).code).toBe(2);
    const approved = await answer('repo/inspect', ['approve', '--yes']);
    expect(approved.setup?.approved).toBe(true);
    const { worktree, name } = await create([]);
    expect(existsSync(join(worktree, 'made-by-setup'))).toBe(true);
    expect((await run(['logs', name])).stdout).toContain('said so');
    expect((await run(['logs', name, '--follow'])).stdout).toContain('said so');
  });
});

describe('the other commands', () => {
  it('answer in JSON as the protocol says', async () => {
    const { agents } = await answer('agent/list', ['agents']);
    expect(agents.find(({ isDefault }) => isDefault)?.name).toBe('witness');
    const status = await tempestJson(box, ['serve']);
    expect(requests['daemon/status'].result.parse(status).sessions).toBe(0);
    expect(status).toMatchObject({ socket: box.places.daemonSocket });
    expect((await run(['serve', '--print-socket'])).stdout).toBe(`${box.places.daemonSocket}\n`);
    const log = await tempestJson(box, ['logs', '--daemon']);
    expect(log).toMatchObject({
      path: box.places.daemonLog,
      text: expect.stringContaining('Tempest'),
    });
  });

  it('`rpc --stdio` speaks the protocol on its standard input and output', async () => {
    const frame = (message: object) => {
      const body = JSON.stringify({ jsonrpc: '2.0', ...message });
      return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    };
    const params = { protocolVersion: 1, client: { name: 'test', version: '1' } };
    const input =
      frame({ id: 1, method: 'initialize', params }) +
      frame({ id: 2, method: 'session/list', params: {} });
    const { code, stdout } = await run(['rpc', '--stdio'], { input });
    expect(code).toBe(0);
    expect(stdout).toContain('"id":1');
    expect(stdout).toContain('"sessions":[]');
  });
});
