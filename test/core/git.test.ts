// Git is run without the caller's git state, without a way to ask, within a time limit.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, gitBytes, gitRange, gitTry } from '../../src/core/git.ts';
import { gitEnvironment } from '../../src/core/git-environment.ts';
import { testRepo } from '../support/scratch-repo.ts';
import { until } from '../support/until.ts';

const slowAlias = ['-c', 'alias.nap=!echo $$ > pid; exec sleep 600', 'nap'];

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('git', () => {
  it('gives text, bytes and exit codes', async () => {
    const t = testRepo();
    t.write('bytes', Buffer.from([0xff, 0x00, 0xfe]));
    t.commit();
    expect(await git(['rev-parse', '--is-inside-work-tree'], { cwd: t.root })).toBe('true\n');
    expect(await gitBytes(['show', 'HEAD:bytes'], { cwd: t.root })).toEqual(
      Buffer.from([0xff, 0x00, 0xfe]),
    );
    expect((await gitTry(['diff', '--quiet', 'HEAD^'], { cwd: t.root })).code).toBe(1);
    const blob = await git(['hash-object', '--stdin'], { cwd: t.root, input: 'hello\n' });
    expect(blob.trim()).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });

  it('reads a part of an output that has no end, and ends what prints it', async () => {
    const t = testRepo();
    const endless = ['-c', "alias.on=!echo $$ > pid; exec yes 'on and on'", 'on'];
    const part = await gitRange(endless, { cwd: t.root, offset: 1_000_003, length: 12 });
    expect(part).toEqual({ bytes: Buffer.from('and on\non an'), ended: false });
    expect(isAlive(Number(readFileSync(join(t.root, 'pid'), 'utf8')))).toBe(false);
    const whole = await gitRange(['--version'], { cwd: t.root, offset: 4, length: 1000 });
    expect(whole).toMatchObject({ ended: true });
    expect(`git ${whole.bytes}`).toBe(await git(['--version'], { cwd: t.root }));
    const failed = gitRange(['cat-file', 'blob', 'none'], { cwd: t.root, offset: 0, length: 9 });
    await expect(failed).rejects.toMatchObject({ kind: 'git-failed' });
  });

  it("says in git's own words what went wrong, and what to do", async () => {
    const t = testRepo();
    const failed = git(['rev-parse', '--verify', 'nowhere'], { cwd: t.root });
    await expect(failed).rejects.toMatchObject({
      kind: 'git-failed',
      message: 'git rev-parse: Needed a single revision',
    });
    await expect(git(['status'], { cwd: join(t.root, 'gone') })).rejects.toMatchObject({
      kind: 'git-failed',
    });
    await expect(gitTry(['status'], { cwd: join(t.root, 'gone') })).rejects.toMatchObject({
      kind: 'git-failed',
      hint: expect.stringContaining('folder exists'),
    });
    for (const [impossible, kind] of [
      ['x'.repeat(200_000), 'git-failed'],
      ['a\0b', 'bad-request'],
    ]) {
      const answer = gitTry(['rev-parse', `${impossible}`], { cwd: t.root });
      await expect(answer).rejects.toMatchObject({ kind });
    }
  });

  it('hazard 23: works from within a git hook, whose environment points elsewhere', async () => {
    const t = testRepo();
    Object.assign(process.env, {
      GIT_DIR: join(t.home, 'elsewhere'),
      GIT_WORK_TREE: t.home,
      GIT_INDEX_FILE: join(t.home, 'index'),
      GIT_PREFIX: 'src/',
      GIT_CONFIG_PARAMETERS: "'core.bare=true'",
      GIT_TRACE: '1',
      EDITOR: 'false',
      PAGER: 'false',
    });
    expect(await git(['rev-parse', '--show-toplevel'], { cwd: t.root })).toBe(`${t.root}\n`);
    const answer = await gitTry(['rev-parse', '--show-toplevel'], { cwd: t.root });
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout.toString()).toBe(`${t.root}\n`);
  });

  it('hazard 25: a remote that wants a password fails at once, and asks nobody', async () => {
    const t = testRepo();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.end(
          'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
        );
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as { port: number };
    try {
      for (const ask of [git, gitBytes]) {
        const answer = ask(['ls-remote', `http://127.0.0.1:${port}/x.git`], { cwd: t.root });
        await expect(answer).rejects.toMatchObject({
          kind: 'git-failed',
          hint: expect.stringContaining('log in'),
        });
      }
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });

  it('hazard 25: closes every way to ask, and keeps the ssh command that a person set', () => {
    const closed = gitEnvironment({
      PATH: '/bin',
      SSH_ASKPASS: '/bin/ask',
      GIT_ASKPASS: '/bin/ask',
    });
    expect(closed).toMatchObject({
      PATH: '/bin',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: 'true',
      SSH_ASKPASS: 'true',
      GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
      GIT_OPTIONAL_LOCKS: '0',
      LC_ALL: 'C',
    });
    expect(gitEnvironment({ GIT_SSH_COMMAND: 'ssh -i key' }).GIT_SSH_COMMAND).toBe('ssh -i key');
    expect(gitEnvironment({ GIT_SSH: '/opt/ssh' }).GIT_SSH_COMMAND).toBeUndefined();
  });

  it('hazard 25: a time limit and a cancellation end git and all that it started', async () => {
    const t = testRepo();
    const file = join(t.root, 'pid');
    const pid = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
    const isOver = async () => {
      const started = pid();
      await until(() => !isAlive(started), { what: 'what git started to end' });
      rmSync(file);
    };
    // On a slow machine git has started nothing yet when a short limit is over.
    for (let timeoutMs = 300; pid() === 0; timeoutMs *= 4) {
      const late = gitTry(slowAlias, { cwd: t.root, timeoutMs });
      await expect(late).rejects.toMatchObject({ message: expect.stringContaining('too long') });
    }
    await isOver();

    const stop = new AbortController();
    const cancelled = gitTry(slowAlias, { cwd: t.root, signal: stop.signal });
    const refused = expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
    await until(() => pid() > 0, { what: 'git to start' });
    stop.abort();
    await refused;
    await isOver();
    const aborted = git(['status'], { cwd: t.root, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(git(slowAlias, { cwd: t.root, timeoutMs: 300 })).rejects.toMatchObject({
      kind: 'git-failed',
    });
    expect(existsSync(t.root)).toBe(true);
  });

  it('hazard 11: no argument is ever seen by a shell', async () => {
    const t = testRepo();
    const nasty = `it's "$(touch ${t.root}/run)"; \`id\`\n&& false`;
    await git(['commit', '--allow-empty', '-m', nasty], { cwd: t.root });
    expect(await git(['log', '-1', '--format=%B'], { cwd: t.root })).toBe(`${nasty}\n\n`);
    expect(existsSync(join(t.root, 'run'))).toBe(false);
  });
});
