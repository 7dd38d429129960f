// `tempest next`, `answer`, `wait` and `list --watch --json`, as scripts use them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import type { Client } from '../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn, untilSession } from '../support/tempest.ts';
import { until } from '../support/until.ts';
import { program, tempest, tempestInTerminal, tempestJson } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let client: Client;
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '20' });
  repo = await box.repo({ files: { 'src/login.ts': 'export function login(user) {\n}\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

const run = (...args: string[]) => tempest(box, args, { cwd: repo });
const asking = async (name: string): Promise<Session> => {
  const { id } = await client.request('session/create', {
    repo,
    agent: 'demo',
    name,
    prompt: 'go',
  });
  return await untilSession(client, id, ({ question }) => question !== null, 'a question');
};
const plain = (name: string, script: string) =>
  client.request('session/create', { repo, name, command: ['sh', '-c', script] });
/** A daemon that was asked to stop is away for a moment; the next client starts another. */
const restartDaemon = async () => {
  await client.request('daemon/stop', {});
  await new Promise<void>((resolve) => client.onClosed(resolve));
  client = await connectIn(box);
};

/** Runs in the background; gives its lines as they come. */
function follow(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: repo,
    env: box.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  box.onDispose(async () => {
    child.kill();
    await ended;
  });
  return { lines, ended, stop: () => child.kill('SIGINT') };
}

describe('tempest next', () => {
  it('prints who wants me most, and says when nobody does', async () => {
    const none = await run('next');
    expect(none).toMatchObject({ code: 1, stdout: '', stderr: 'tempest: no session wants you\n' });
    await plain('done', 'printf "\\a"; cat');
    await until(async () => (await run('next')).stdout.includes('\tdone\t'), { what: 'the queue' });
    await asking('asks');
    expect((await run('next')).stdout).toMatch(/^\w+\tasks\twaiting\t/);
    const all = (await run('next', '--all')).stdout.trimEnd().split('\n');
    expect(all.map((line) => line.split('\t')[1])).toEqual(['asks', 'done']);
    expect(await tempestJson(box, ['next'])).toMatchObject({ attention: { reason: 'waiting' } });
  });

  it('attaches to it', async () => {
    await asking('asks');
    const terminal = tempestInTerminal(box, ['next', '--attach']);
    await terminal.waitFor(/Run "npm test"\? \(y\/n\)/);
    terminal.type('n');
    await terminal.waitFor(/tests not run/);
    terminal.type('\x1d');
    expect(await terminal.ended).toBe(0);
  });
});

describe('tempest answer', () => {
  it('answers what is asked, once', async () => {
    const { id } = await asking('asks');
    expect(await run('answer', 'asks', 'allow')).toMatchObject({ code: 0, stderr: '' });
    const isDone = ({ activity }: Session) => activity.includes('tests rehearsed');
    await untilSession(client, id, isDone, 'the end');
    const again = await run('answer', 'asks', 'allow');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('asks nothing') });
  });

  it('takes no other word, and no question but the one that is named', async () => {
    await asking('asks');
    expect(await run('answer', 'asks', 'maybe')).toMatchObject({ code: 2 });
    const old = await run('answer', 'asks', 'deny', '--question', 'old');
    expect(old).toMatchObject({ code: 1, stderr: expect.stringContaining('something else') });
  });
});

describe('tempest wait', () => {
  it('ends by what became of them', async () => {
    await asking('asks');
    const prompt = 'tidy up, without asking';
    await client.request('session/create', { repo, agent: 'demo', name: 'works', prompt });
    expect(await run('wait', 'works')).toMatchObject({ code: 0, stdout: /\tworks\tidle\t/ });
    expect(await run('wait', 'works', 'asks')).toMatchObject({ code: 3 });
    await plain('ends', 'exit 5');
    const all = await run('wait', 'asks', 'works', 'ends');
    expect(all.code).toBe(4);
    expect(all.stdout.split('\n').map((line) => line.split('\t')[2])).toEqual(
      expect.arrayContaining(['waiting', 'idle', 'exited']),
    );
    expect(await run('wait', 'nobody')).toMatchObject({ code: 1 });
    expect(await run('wait')).toMatchObject({ code: 2 });
    expect(await run('wait', 'asks', '--timeout', 'long')).toMatchObject({ code: 2 });
  });

  it('goes on while prompts wait that go out by themselves', async () => {
    const prompt = 'tidy up, without asking';
    await client.request('session/create', { repo, agent: 'demo', name: 'works', prompt });
    const session = 'works';
    await client.request('queue/add', { session, text: 'one, without asking' });
    await client.request('queue/add', { session, text: 'two, without asking' });
    await client.request('queue/add', { session, text: 'kept', held: true });
    const queueOf = async () => (await client.request('session/get', { session })).queued;
    expect(await queueOf()).toMatchObject({ count: 3, going: 2 });
    expect(await run('wait', 'works')).toMatchObject({ code: 0 });
    expect(await queueOf()).toEqual({ count: 1, going: 0, hold: null });
  });

  it('gives up in time, or as soon as one is there', async () => {
    await plain('busy', 'printf "\\033]9;4;3;0\\007"; cat');
    const busy = async () => (await client.request('session/get', { session: 'busy' })).status;
    await until(async () => (await busy()) === 'working', { what: 'work' });
    const late = await run('wait', 'busy', '--timeout', '0.2', '--json');
    expect(late.code).toBe(124);
    expect(JSON.parse(late.stdout)).toEqual({ sessions: [], timedOut: true });
    await asking('asks');
    const any = await run('wait', 'busy', 'asks', '--any');
    expect(any).toMatchObject({ code: 3, stdout: /^\w+\tasks\twaiting\t[^\n]*\n$/ });
  });

  it('goes on over a restart of the daemon, and ends when its session is removed', async () => {
    await plain('busy', 'printf "\\033]9;4;3;0\\007"; cat');
    await asking('asks');
    const waiting = follow('wait', 'busy', 'asks');
    await until(() => waiting.lines.length === 1, { what: 'the one that waits' });
    await restartDaemon();
    await client.request('session/remove', { session: 'busy', force: true });
    expect(await waiting.ended).toBe(4);
  });
});

describe('tempest list --watch --json', () => {
  it('tells each change once, whole, also those while the daemon was away', async () => {
    const kept = await asking('kept');
    const gone = await plain('gone', 'cat');
    const watching = follow('list', '--watch', '--json');
    await until(() => watching.lines.length >= 2, { what: 'the first list' });
    const told = () => watching.lines.map((line) => JSON.parse(line));
    await restartDaemon();
    await client.request('session/remove', { session: gone.id, force: true });
    await client.request('session/rename', { session: kept.id, name: 'renamed' });
    await until(() => watching.lines.some((line) => line.includes('renamed')), {
      what: 'the change',
    });
    const names = told().map(({ method, params }) =>
      method === 'session/removed' ? `- ${params.id}` : params.session.name,
    );
    expect(names.filter((name) => name === 'renamed')).toHaveLength(1);
    expect(names.filter((name) => name === `- ${gone.id}`)).toHaveLength(1);
    const ofKept = watching.lines.filter((line) => line.includes(kept.worktree));
    const texts = ofKept.map((line) => line.replace(/"revision":\d+/, ''));
    expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
    watching.stop();
    expect(await watching.ended).toBe(0);
  });

  it('ends quietly when its reader leaves', async () => {
    await asking('asks');
    const line = `'${process.execPath}' '${program}' list --watch --json --all | head -n 1`;
    const child = spawn('sh', ['-c', line], { cwd: repo, env: box.env });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    const ended = once(child, 'exit');
    const rename = async (name: string) =>
      client.request('session/rename', { session: 'asks', name }).catch(() => null);
    // It notices with the next change.
    const timer = setInterval(() => void rename('asks2').then(() => rename('asks')), 50);
    await ended;
    clearInterval(timer);
    expect(errors).toBe('');
  });
});
