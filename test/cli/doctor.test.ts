import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Finding, type Result, requests } from '../../src/rpc/protocol.ts';
import { signal } from '../support/processes.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn } from '../support/tempest.ts';
import { until } from '../support/until.ts';
import { type Witness, witness } from './support/agent.ts';
import { tempest, tempestInTerminal, tempestJson } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let agent: Witness;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo();
  agent = witness(box);
});
afterEach(() => box.dispose());

type Session = Result<'session/get'>;

const json = (...args: string[]) => tempestJson(box, args, { cwd: repo });
const create = async (...args: string[]) => (await json('new', ...args)) as Session;
const list = async () => ((await json('list')) as { sessions: Session[] }).sessions;

/** What the doctor finds, and its exit code. */
async function doctor(...args: string[]): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, stdout } = await tempest(box, ['doctor', '--json', ...args], { cwd: repo });
  return { code, findings: requests['daemon/doctor'].result.parse(JSON.parse(stdout)).findings };
}

async function killDaemon(): Promise<void> {
  const { pid } = (await json('serve')) as { pid: number };
  signal(pid, 'SIGKILL');
  await until(() => !existsSync(`/proc/${pid}`), { what: 'the daemon to be gone' });
}

const recordOf = ({ id }: Session) => join(box.places.sessions, `${id}.json`);

it('names a session that has failed, why, and what can be done', async () => {
  writeFileSync(join(repo, '.tempest.toml'), 'setup = "echo no luck; exit 3"\n');
  await tempest(box, ['approve', '--yes'], { cwd: repo });
  const { code } = await tempest(box, ['new', '--name', 'unlucky'], { cwd: repo });
  expect(code).toBe(1);
  const found = await doctor();
  expect(found.code).toBe(1);
  expect(found.findings.filter(({ severity }) => severity === 'problem')).toEqual([
    {
      severity: 'problem',
      problem: expect.stringContaining('unlucky has failed: the setup command ended with code 3'),
      remedy: expect.stringContaining('tempest open unlucky'),
      mendable: false,
      repaired: false,
    },
  ]);
});

describe('where nothing is wrong', () => {
  it('says so, with exit code 0 and the agents that it found', async () => {
    const { code, stdout } = await tempest(box, ['doctor'], { cwd: repo });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tempest \S+ · node \S+ · git \d/);
    expect(stdout).toMatch(/Agents found: .*witness/);
    expect(stdout).toContain('No problem found.');
  });

  it('hazard 34: says how much room closed sessions take', async () => {
    const { worktree } = await create('--name', 'big');
    writeFileSync(join(worktree, 'big'), Buffer.alloc(3 * 1024 * 1024, 'x'));
    await json('close', 'big');
    const { code, findings } = await doctor();
    expect(code).toBe(0);
    expect(findings.map(({ problem }) => problem).join('\n')).toMatch(/big 3\.\d MB/);
  });
});

describe('a record that can no longer be read', () => {
  it('hazards 3, 4: costs no worktree, and its session comes back with prompt and running agent', async () => {
    const made = await create('keep my prompt', '--name', 'precious');
    const { pid } = await agent.started(made.id);
    writeFileSync(join(made.worktree, 'work.txt'), 'work\n');
    await killDaemon();
    const record = JSON.parse(readFileSync(recordOf(made), 'utf8'));
    writeFileSync(recordOf(made), JSON.stringify({ ...record, status: 'no such status' }));

    expect(await list()).toEqual([]);
    const found = await doctor();
    expect(found.code).toBe(1);
    expect(found.findings.filter(({ repaired }) => repaired)).toEqual([]);
    expect(found.findings.map(({ problem }) => problem).join('\n')).toContain(made.worktree);

    const mended = await doctor('--repair');
    expect(mended.findings.find(({ repaired }) => repaired)?.problem).toContain(made.worktree);
    expect(mended.code).toBe(0);
    const [session] = await list();
    expect(session).toMatchObject({ id: made.id, name: 'precious', prompt: 'keep my prompt' });
    expect(session?.base).toEqual(made.base);
    expect(readFileSync(join(made.worktree, 'work.txt'), 'utf8')).toBe('work\n');
    // The agent never noticed, and its terminal is the session's again.
    expect((await tempest(box, ['screen', 'precious'], { cwd: repo })).stdout).toContain(
      'I am ready',
    );
    expect((await agent.started(made.id)).pid).toBe(pid);
    expect((await doctor()).code).toBe(0);
  });

  it('is not needed: with no record at all, the branch is left alone when the session is removed', async () => {
    const made = await create('--name', 'lost');
    await json('close', 'lost');
    await killDaemon();
    rmSync(recordOf(made));
    await create('--name', 'other');
    expect((await doctor('--repair')).code).toBe(0);
    expect((await list()).map(({ name }) => name).sort()).toEqual(['lost', 'other']);
    await json('remove', 'lost', '--force');
    expect(await box.git(repo, 'branch', '--list', 'tempest/lost')).toContain('tempest/lost');
  });
});

describe('a worktree that somebody deleted', () => {
  it('is made anew after a yes on a terminal; elsewhere the closing line names how', async () => {
    const made = await create('--name', 'gone');
    await json('close', 'gone');
    rmSync(made.worktree, { recursive: true });
    const { code, stdout } = await tempest(box, ['doctor'], { cwd: repo });
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n0 mended, 1 left\. `tempest doctor --repair` mends 1\.\n$/);

    const declined = tempestInTerminal(box, ['doctor'], { cwd: repo });
    await declined.waitFor(/Mend what can be mended\? \[y\/N\]/);
    declined.type('\r');
    expect(await declined.ended).toBe(1);
    expect(existsSync(made.worktree)).toBe(false);

    const accepted = tempestInTerminal(box, ['doctor'], { cwd: repo });
    await accepted.waitFor(/Mend what can be mended\? \[y\/N\]/);
    accepted.type('y\r');
    expect(await accepted.ended).toBe(0);
    expect(accepted.screen().join('\n')).toContain('1 mended, 0 left.');
    expect(existsSync(made.worktree)).toBe(true);
  });

  it('is made anew from its branch', async () => {
    const made = await create('--name', 'gone');
    writeFileSync(join(made.worktree, 'done.txt'), 'done\n');
    await box.git(made.worktree, 'add', '--all');
    await box.git(made.worktree, 'commit', '--quiet', '--message', 'Work');
    await json('close', 'gone');
    rmSync(made.worktree, { recursive: true });
    const found = await doctor();
    expect(found.code).toBe(1);
    expect(found.findings.find(({ severity }) => severity === 'problem')).toMatchObject({
      problem: expect.stringContaining('gone'),
      repaired: false,
    });
    expect(existsSync(made.worktree)).toBe(false);
    expect((await doctor('--repair')).code).toBe(0);
    expect(readFileSync(join(made.worktree, 'done.txt'), 'utf8')).toBe('done\n');
    expect((await json('open', 'gone')) as Session).toMatchObject({ id: made.id });
  });

  it('tells how to have the files of its last checkpoint again', async () => {
    const made = await create('--name', 'gone');
    writeFileSync(join(made.worktree, 'new.txt'), 'new\n');
    const client = await connectIn(box);
    const session = made.id;
    const { tree } = await client.request('session/diff', { session });
    await client.request('checkpoint/keep', { session, tree, path: 'new.txt' });
    client.close();
    await json('close', 'gone');
    rmSync(made.worktree, { recursive: true });
    const { findings } = await doctor('--repair');
    expect(findings.find(({ repaired }) => repaired)?.remedy).toContain('`tempest rewind gone 1`');
    await json('rewind', 'gone', '1');
    expect(readFileSync(join(made.worktree, 'new.txt'), 'utf8')).toBe('new\n');
  });

  it('hazard 8: is left registered while its disk may only be unmounted', async () => {
    const made = await create('--name', 'away');
    await json('close', 'away');
    const folder = dirname(made.worktree);
    await box.git(repo, 'worktree', 'list');
    rmSync(folder, { recursive: true });
    const { code, findings } = await doctor('--repair');
    expect(code).toBe(1);
    expect(findings.map(({ remedy }) => remedy).join('\n')).toContain('Mount its disk');
    expect(await box.git(repo, 'worktree', 'list')).toContain(made.worktree);
    mkdirSync(folder);
  });
});

describe('what is left lying about', () => {
  it('hazard 3: in the trash is deleted only with a record that says whose it is', async () => {
    const made = await create('--name', 'any');
    const unknown = join(dirname(made.worktree), '.trash', 'zzzzzzzz');
    mkdirSync(unknown, { recursive: true });
    writeFileSync(join(unknown, 'file'), 'somebody needs it');
    const { code, findings } = await doctor('--repair');
    expect(code).toBe(1);
    expect(findings.find(({ problem }) => problem.includes(unknown))?.repaired).toBe(false);
    expect(existsSync(join(unknown, 'file'))).toBe(true);
  });

  it('hazard 3: of a worktree that is gone, and nobody knows, is named and left alone', async () => {
    const lost = await create('--name', 'lost');
    await create('--name', 'other');
    await json('close', 'lost');
    await killDaemon();
    rmSync(recordOf(lost));
    rmSync(lost.worktree, { recursive: true });
    const trash = join(repo, '.git', 'tempest-trash');
    mkdirSync(trash);
    renameSync(join(repo, '.git', 'worktrees', 'lost'), join(trash, 'lost'));
    const { findings } = await doctor('--repair');
    const about = findings.filter(({ problem }) => problem.includes(join(trash, 'lost')));
    expect(about).toMatchObject([{ severity: 'problem', repaired: false }]);
    expect(existsSync(join(trash, 'lost', 'index'))).toBe(true);
  });

  it('while a removed worktree waits in the trash, its git folder is no leftover', async () => {
    const made = await create('--name', 'busy');
    // A program that stays in the worktree keeps it from being deleted.
    const stay = spawn('sleep', ['1000'], { cwd: made.worktree, env: {} });
    box.onDispose(() => void stay.kill('SIGKILL'));
    await json('remove', 'busy', '--force');
    expect(readdirSync(join(repo, '.git', 'tempest-trash'))).toEqual([made.id]);
    const { findings } = await doctor();
    expect(findings.map(({ problem }) => problem).join('\n')).not.toContain('tempest-trash');
  });

  it('in git is forgotten 30 days after its record, not before', async () => {
    await create('--name', 'any');
    for (const [id, days] of [
      ['aaaaaaaa', 31],
      ['bbbbbbbb', 29],
    ] as const) {
      const date = new Date(Date.now() - days * 86_400_000).toISOString();
      const commit = await box.git(
        repo,
        '-c',
        'user.name=Ada',
        'commit-tree',
        'HEAD^{tree}',
        '-m',
        'kept',
        '-p',
        'HEAD',
      );
      const raw = await box.git(repo, 'cat-file', 'commit', commit);
      const seconds = Math.floor(new Date(date).getTime() / 1000);
      const old = raw.replace(/^(author|committer) (.*) \d+ (\+\d+)$/gm, `$1 $2 ${seconds} $3`);
      const file = join(box.root, `${id}.commit`);
      writeFileSync(file, `${old}\n`);
      const made = await box.git(repo, 'hash-object', '-t', 'commit', '-w', file);
      await box.git(repo, 'update-ref', `refs/tempest/removed/${id}`, made);
    }
    const { findings } = await doctor('--repair');
    expect(findings.find(({ problem }) => problem.includes('aaaaaaaa'))?.repaired).toBe(true);
    expect(findings.find(({ problem }) => problem.includes('bbbbbbbb'))?.severity).toBe('note');
    const refs = await box.git(repo, 'for-each-ref', '--format=%(refname)', 'refs/tempest/removed');
    expect(refs).toBe('refs/tempest/removed/bbbbbbbb');
  });

  it('as a process of a closed session is ended, and no other process is', async () => {
    const closed = await create('--name', 'closed');
    const open = await create('--name', 'open');
    await json('close', 'closed');
    const start = (id: string) => {
      const child = spawn('sleep', ['1000'], { env: { ...box.env, TEMPEST_SESSION: id } });
      box.onDispose(() => void child.kill('SIGKILL'));
      return child;
    };
    const [left, ...spared] = [closed.id, open.id, 'unknown1'].map(start);
    const ended = once(left as NonNullable<typeof left>, 'exit');
    expect((await doctor()).code).toBe(1);
    expect((await doctor('--repair')).code).toBe(0);
    await ended;
    expect(spared.map(({ exitCode, signalCode }) => [exitCode, signalCode])).toEqual([
      [null, null],
      [null, null],
    ]);
  });
});

describe('what needs no daemon to be seen', () => {
  it('a socket that a killed daemon left is removed', async () => {
    await killDaemon();
    expect(existsSync(box.places.daemonSocket)).toBe(true);
    const { code, findings } = await doctor('--repair');
    expect(code).toBe(0);
    expect(findings.find(({ repaired }) => repaired)?.problem).toContain(box.places.daemonSocket);
    // A daemon was started since, and has its own.
    expect(await list()).toEqual([]);
  });

  it('a git that is too old, or none, is told with the version that is needed', async () => {
    const folder = join(box.root, 'old-git');
    mkdirSync(folder);
    const env = { PATH: `${folder}:${box.env.PATH}` };
    const git = join(folder, 'git');
    const pretend = async (script: string) => {
      writeFileSync(git, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return (await tempest(box, ['doctor'], { cwd: repo, env })).stdout;
    };
    const old = await pretend('echo git version 2.37.4');
    expect(old).toContain('git 2.37.4 is too old: Tempest needs 2.38 or later');
    expect(old).toContain('Install git 2.38 or later');
    expect(await pretend('echo git version 2.38.0')).not.toContain('too old');
    expect(await pretend('exit 127')).toContain('git was not found');
  });

  it('a folder of sockets that others can enter is closed to them', async () => {
    await json('serve');
    chmodSync(box.places.runtime, 0o755);
    const { findings } = await doctor('--repair');
    expect(findings.find(({ repaired }) => repaired)?.problem).toContain('755');
    expect(statSync(box.places.runtime).mode & 0o777).toBe(0o700);
  });

  it('hazard 31: a HOME that cannot be written to is told', async () => {
    const env = { HOME: join(box.root, 'no-such-home') };
    const { code, stdout } = await tempest(box, ['doctor'], { cwd: repo, env });
    expect(code).toBe(1);
    expect(stdout).toContain('(HOME) is not writable');
  });
});
