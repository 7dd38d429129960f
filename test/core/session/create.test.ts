// Creating sessions: thirty at once, names, branches, setup, environment; the person's checkout untouched.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, isAlive } from '../../../src/core/process.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { lockHolder } from '../../../src/rpc/lock.ts';
import { signal } from '../../support/processes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, list, screen, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n', 'b/c.txt': 'two\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

/** Every file under the repository but those that a new worktree must add, with mode, time and content. */
function contents(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const own =
    /^\.git\/(objects|worktrees|refs\/heads\/tempest|logs\/refs\/heads\/tempest|refs\/tempest)(\/|$)/;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const info = statSync(path);
    if (own.test(name) || !info.isFile()) continue;
    found.set(
      relative(folder, path),
      `${info.mode} ${info.mtimeMs} ${readFileSync(path, 'latin1')}`,
    );
  }
  return found;
}

/** The least difference between the first ports of two sessions. */
function closestPorts(sessions: { port: number }[]): number {
  const ports = sessions.map(({ port }) => port).sort((a, b) => a - b);
  return Math.min(...ports.slice(1).map((port, index) => port - (ports[index] ?? 0)));
}

describe('thirty sessions created at once', () => {
  it('hazards 9, 10 and 33: all succeed, each on its own; checkout, index, stash and config stay byte for byte', async () => {
    writeFileSync(join(repo, 'a.txt'), 'stashed\n');
    await box.git(repo, 'stash');
    writeFileSync(join(repo, 'a.txt'), 'staged\n');
    await box.git(repo, 'add', 'a.txt');
    writeFileSync(join(repo, 'a.txt'), 'dirty\n');
    writeFileSync(join(repo, 'new.txt'), 'untracked\n');
    const before = contents(repo);

    const made = await Promise.all(
      Array.from({ length: 30 }, () =>
        create(client, { repo, prompt: 'fix the flaky login test' }),
      ),
    );

    const distinct = (key: 'name' | 'branch' | 'worktree' | 'port' | 'id') =>
      new Set(made.map((one) => one[key])).size;
    expect([
      distinct('name'),
      distinct('branch'),
      distinct('worktree'),
      distinct('port'),
      distinct('id'),
    ]).toEqual([30, 30, 30, 30, 30]);
    expect(made.every(({ worktree }) => existsSync(join(worktree, 'b/c.txt')))).toBe(true);
    expect(made.some(({ worktree }) => worktree === repo)).toBe(false);
    expect((await box.git(repo, 'branch', '--list', 'tempest/*')).split('\n')).toHaveLength(30);
    expect((await box.git(repo, 'worktree', 'list')).split('\n')).toHaveLength(31);
    expect(await box.git(repo, 'stash', 'list')).toContain('stash@{0}');
    expect(contents(repo)).toEqual(before);
    for (const one of made) expect(await box.git(one.worktree, 'status', '--porcelain')).toBe('');

    // Hazard 33: ten ports each, also when some go, others come, and those come back.
    expect(closestPorts(made)).toBeGreaterThanOrEqual(10);
    const gone = made.slice(0, 2).map(({ id }) => ({ session: id }));
    for (const one of gone) await client.request('session/remove', { ...one, force: true });
    const others = await Promise.all([1, 2].map(() => create(client, { repo, prompt: 'more' })));
    for (const one of gone) await client.request('session/restore', one);
    const all = await list(client);
    expect(all).toHaveLength(made.length + others.length);
    expect(closestPorts(all)).toBeGreaterThanOrEqual(10);
  });
});

describe('a new session', () => {
  it('lives in a folder named after the repository, on a branch named after the session', async () => {
    const session = await create(client, { repo, prompt: 'Please fix the flaky login test' });
    expect(session.name).toBe('fix-flaky-login-test');
    expect(session.branch).toBe('tempest/fix-flaky-login-test');
    expect(relative(box.places.worktrees, session.worktree)).toMatch(
      /^rÉpo-1-[0-9a-f]{8}\/fix-flaky-login-test$/,
    );
    expect(session.base).toEqual({ ref: 'main', commit: await box.git(repo, 'rev-parse', 'HEAD') });
  });

  it('hazard 1: refuses names that git or the file system could not bear, and makes nothing', async () => {
    const names = [
      '..',
      '.git',
      'a/../b',
      '/etc',
      'x.lock',
      'a\nb',
      '-x',
      '',
      ' ',
      'a'.repeat(300),
      'a..b',
      'a~1',
      '@{',
      '.',
    ];
    for (const name of names) {
      await expect(create(client, { repo, name }), JSON.stringify(name)).rejects.toMatchObject({
        kind: 'bad-name',
      });
    }
    expect(await list(client)).toEqual([]);
    expect((await box.git(repo, 'worktree', 'list')).split('\n')).toHaveLength(1);
    expect(await box.git(repo, 'branch', '--list', 'tempest/*')).toBe('');
  });

  it('hazard 7: never adopts a branch unasked; a generated name gives way, a chosen one is refused', async () => {
    await box.git(repo, 'branch', 'tempest/fix-login');
    await expect(create(client, { repo, name: 'fix-login' })).rejects.toMatchObject({
      kind: 'branch-exists',
    });
    const session = await create(client, { repo, prompt: 'fix login' });
    expect(session.branch).not.toBe('tempest/fix-login');
    expect(session.adopted).toBe(false);
    expect(await list(client)).toHaveLength(1);
  });

  it('hazard 7: an adopted branch outlives the session', async () => {
    await box.git(repo, 'branch', 'theirs');
    const session = await create(client, { repo, branch: 'theirs' });
    expect([session.branch, session.adopted]).toEqual(['theirs', true]);
    await client.request('session/remove', { session: session.id, force: true });
    expect(await box.git(repo, 'branch', '--list', 'theirs')).toContain('theirs');
  });

  it('hazard 6: removes its own branch by the recorded name, not one like it', async () => {
    await box.git(repo, 'branch', 'tempest-x');
    const session = await create(client, { repo, name: 'x' });
    await box.git(repo, 'branch', 'x');
    await client.request('session/remove', { session: session.id, force: true });
    const left = (await box.git(repo, 'branch', '--format=%(refname:short)')).split('\n').sort();
    expect(left).toEqual(['main', 'tempest-x', 'x']);
  });

  it('hazard 11: hands its prompt to the agent as one argument, byte for byte', async () => {
    const prompt = `it's "quoted" $(touch /tmp/never) \`x\` ; rm -rf *\n\ttab & 🌩 -- é`;
    const script = join(box.root, 'agent.mjs');
    writeFileSync(
      script,
      'import { writeFileSync } from "node:fs"; writeFileSync(process.env.TEMPEST_WORKTREE + ".got", JSON.stringify(process.argv.slice(2))); setInterval(() => {}, 1e6);',
    );
    mkdirSync(join(box.root, 'config/tempest'), { recursive: true });
    writeFileSync(
      box.places.config,
      `agent = "mine"\n[agents.mine]\ncommand = ["${process.execPath}", "${script}"]\n`,
    );
    const session = await client.request('session/create', { repo, prompt });
    const got = await until(
      () =>
        existsSync(`${session.worktree}.got`)
          ? readFileSync(`${session.worktree}.got`, 'utf8')
          : null,
      { what: 'the agent to get its prompt' },
    );
    expect(JSON.parse(got)).toEqual([prompt]);
  });

  it('hazard 33: gives each session ten ports of its own, and the rest of its environment', async () => {
    const command = ['sh', '-c', 'env; exec cat'];
    const [one, two] = await Promise.all([
      create(client, { repo, command }),
      create(client, { repo, command }),
    ]);
    expect(Math.abs(one.port - two.port)).toBeGreaterThanOrEqual(10);
    for (const session of [one, two]) {
      const text = await until(
        async () => {
          const shown = await screen(client, session.id);
          return shown.includes(`TEMPEST_PORT=${session.port}`) ? shown : null;
        },
        { what: 'the environment to be printed' },
      );
      const flat = text.replaceAll('\n', '');
      expect(flat).toContain(`TEMPEST_SESSION=${session.id}`);
      expect(flat).toContain(`TEMPEST_WORKTREE=${session.worktree}`);
      expect(flat).toContain(`TEMPEST_REPO=${repo}`);
      expect(flat).toContain(`TEMPEST_BASE=${session.base.commit}`);
      expect(flat).not.toContain('VIMRUNTIME=');
    }
  });

  it('refuses a place that is no repository, and one without a commit, and changes neither', async () => {
    const bare = join(box.root, 'empty');
    mkdirSync(bare);
    await expect(create(client, { repo: bare })).rejects.toMatchObject({
      kind: 'not-a-repository',
    });
    expect(readdirSync(bare)).toEqual([]);
    const unborn = await box.repo({ files: {} });
    await expect(create(client, { repo: unborn })).rejects.toMatchObject({ kind: 'no-commit' });
    expect(await box.git(unborn, 'status', '--porcelain=v2', '--branch')).toContain('(initial)');
  });

  it('says which program is missing before it makes anything', async () => {
    await expect(create(client, { repo, command: ['no-such-program'] })).rejects.toMatchObject({
      kind: 'agent-missing',
      message: expect.stringContaining('no-such-program'),
    });
    await expect(client.request('session/create', { repo, agent: 'nobody' })).rejects.toMatchObject(
      { kind: 'unknown-agent' },
    );
    expect(await list(client)).toEqual([]);
  });
});

describe('the setup command', () => {
  const setup = (text: string) => writeFileSync(join(repo, '.tempest.toml'), text);
  const approve = async () => {
    const { setup: found } = await client.request('repo/inspect', { path: repo });
    await client.request('repo/approve', { path: repo, hash: found?.hash ?? '' });
  };

  it('runs only once that exact text was approved', async () => {
    setup('setup = "echo ready > ready.txt"\n');
    await expect(create(client, { repo })).rejects.toMatchObject({ kind: 'setup-unapproved' });
    expect(await list(client)).toEqual([]);
    await approve();
    const session = await create(client, { repo });
    expect(readFileSync(join(session.worktree, 'ready.txt'), 'utf8')).toBe('ready\n');
    setup('setup = "echo other > other.txt"\n');
    await expect(create(client, { repo })).rejects.toMatchObject({ kind: 'setup-unapproved' });
  });

  it('shows its output while it runs and keeps it; a failure keeps the worktree for a look and a retry', async () => {
    setup('setup = "echo building-things; test -e fixed || exit 3"\n');
    await approve();
    const seen: string[] = [];
    const attempt = client.request(
      'session/create',
      { repo, name: 'work', command: ['cat'] },
      { onProgress: (value) => value.kind === 'output' && seen.push(value.text) },
    );
    await expect(attempt).rejects.toMatchObject({
      kind: 'setup-failed',
      message: expect.stringContaining('building-things'),
    });
    expect(seen.join('')).toContain('building-things');
    const [failed] = await list(client);
    expect(failed).toMatchObject({ name: 'work', status: 'failed' });
    expect((await client.request('session/log', { session: 'work' })).text).toContain(
      'building-things',
    );

    writeFileSync(join(failed?.worktree ?? '', 'fixed'), '');
    await client.request('session/open', { session: 'work' });
    await untilSession(
      client,
      'work',
      ({ status }) => status === 'idle' || status === 'starting',
      'the session to run',
    );
    expect(readFileSync(join(failed?.worktree ?? '', 'fixed'), 'utf8')).toBe('');
  });

  it('is ended before it runs again, when the daemon was killed meanwhile', async () => {
    const script = `
trap "" HUP
echo $$ >> "$TEMPEST_REPO/pids"
until [ -e "$TEMPEST_REPO/go" ]; do sleep 0.05; done
`;
    writeFileSync(join(repo, 'pids'), '');
    setup(`setup = '''${script}'''\n`);
    await approve();
    const attempt = client.request('session/create', { repo, name: 'work', command: ['cat'] });
    attempt.catch(() => {}); // Its daemon goes away.
    const runs = () => readFileSync(join(repo, 'pids'), 'utf8').split('\n').length - 1;
    await until(() => runs() === 1, { what: 'the setup to run' });
    const first = identify(Number.parseInt(readFileSync(join(repo, 'pids'), 'utf8'), 10));
    const daemon = lockHolder(box.places.daemonLock);
    signal(daemon?.pid ?? 0, 'SIGKILL');
    await until(() => !daemon || !isAlive(daemon), { what: 'the daemon to be gone' });
    client.close();
    client = await connectIn(box);
    await until(() => runs() === 2, { what: 'the setup to run again' });
    expect(first && isAlive(first)).toBe(false);
    writeFileSync(join(repo, 'go'), '');
    await untilSession(
      client,
      'work',
      ({ status }) => status === 'idle' || status === 'starting',
      'the session to run',
    );
    expect(runs()).toBe(2);
  });

  it('ends whole when the creation is cancelled, and leaves nothing behind', async () => {
    setup('setup = "echo begun; sleep 1000"\n');
    await approve();
    const abort = new AbortController();
    const attempt = client.request(
      'session/create',
      { repo, name: 'work', command: ['cat'] },
      { signal: abort.signal, onProgress: (value) => value.kind === 'output' && abort.abort() },
    );
    await expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
    await until(async () => (await list(client)).length === 0, { what: 'the session to be gone' });
    expect((await box.git(repo, 'worktree', 'list')).split('\n')).toHaveLength(1);
    expect(await box.git(repo, 'branch', '--list', 'tempest/*')).toBe('');
  });
});
