// A daemon that is replaced or stopped while agents are busy, and what their hooks say meanwhile: nothing is lost.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../src/core/session/session.ts';
import { spoolFolder } from '../../../src/core/session/spool.ts';
import { version } from '../../../src/core/version.ts';
import { type Client, connect as connectTo } from '../../../src/rpc/client.ts';
import { bundle } from '../../rpc/support/build.ts';
import { processesOf } from '../../support/processes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, get, list, programs, screen, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let older: Awaited<ReturnType<typeof bundle>>;
let box: Sandbox;
let repo: string;
let clients: Client[];

beforeAll(async () => {
  older = await bundle('test/support/stepwise-daemon.ts');
});
afterAll(() => rmSync(older.folder, { recursive: true, force: true }));
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await box.dispose();
});

const keep = (client: Client) => {
  clients.push(client);
  return client;
};
const connect = async () => keep(await connectIn(box));
/** As an editor does that was started before Tempest was upgraded. */
const connectOlder = async () =>
  keep(
    await connectTo({
      places: box.places,
      client: { name: 'older', version: '0.0.1' },
      ownVersion: '0.0.1',
      program: older.program,
      env: { ...box.env, TEST_VERSION: '0.0.1', TEST_PROGRAMS: programs },
    }),
  );
function configure(toml: string) {
  mkdirSync(dirname(box.places.config), { recursive: true });
  writeFileSync(box.places.config, toml);
}
const isAlive = (pid: number) => processesOf(box.root).some((one) => one.pid === pid);

/** Counts in its worktree, ten times a second, shows that it works, and repeats what it is told. */
const busy = [
  ...['sh', '-c'],
  'printf "\\033]9;4;3;0\\007"; (n=0; while :; do n=$((n+1)); echo $n >> counted.txt; sleep 0.1; done) & exec cat',
];
const counted = ({ worktree }: Session): number[] => {
  const path = join(worktree, 'counted.txt');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').slice(0, -1).map(Number);
};
const agentOf = ({ id }: Session) =>
  processesOf(`TEMPEST_SESSION=${id}`)
    .filter(({ command }) => command === 'cat')
    .map(({ pid }) => pid);

const ends: { how: string; end(client: Client): Promise<Client> }[] = [
  {
    how: 'replaced by a newer one',
    async end() {
      const newer = await connect();
      expect(newer.server.version).toBe(version);
      return newer;
    },
  },
  {
    how: 'stopped, and started again by the next command',
    async end(client) {
      await client.request('daemon/stop', {});
      await until(() => !isAlive(client.server.pid), { what: 'the daemon to be gone' });
      return await connect();
    },
  },
];

describe.each(ends)('hazard 19: a daemon that is $how', ({ end }) => {
  it('ends no agent, and loses no session, no screen, no queued prompt and no work', async () => {
    configure(`[agents.busy]\ncommand = ${JSON.stringify(busy)}\n`);
    const client = await connectOlder();
    expect(client.server.version).toBe('0.0.1');
    const names = ['one', 'two', 'three', 'four'];
    const made = await Promise.all(
      names.map((name) => client.request('session/create', { repo, name, agent: 'busy' })),
    );
    for (const { id, name } of made) {
      await client.request('session/send', { session: id, text: `before ${name}`, submit: true });
      await until(async () => (await screen(client, id)).includes(`before ${name}`), {
        what: 'the text to be shown',
      });
      await untilSession(client, id, ({ status }) => status === 'working', 'it to work');
    }
    const queue = { session: made[0]?.id ?? '', text: 'when it is over' };
    await client.request('queue/add', queue);
    const agents = made.map(agentOf);
    expect(agents.every((pids) => pids.length === 1)).toBe(true);
    const { hostPid } = await client.request('daemon/status', {});

    const next = await end(client);
    expect(next.server.pid).not.toBe(client.server.pid);
    expect(isAlive(client.server.pid)).toBe(false);
    expect((await next.request('daemon/status', {})).hostPid).toBe(hostPid);
    const { items } = await next.request('queue/list', { session: queue.session });
    expect(items.map(({ text }) => text)).toEqual([queue.text]);
    const found = new Map((await list(next)).map((session) => [session.id, session]));
    for (const [index, session] of made.entries()) {
      expect(found.get(session.id)).toMatchObject({
        ...{ name: session.name, branch: session.branch, port: session.port },
        ...{ status: 'working', generation: 1, exit: null },
      });
      expect(agentOf(session)).toEqual(agents[index]);
      expect(await screen(next, session.id)).toContain(`before ${session.name}`);
      // It goes on, and has not been interrupted once.
      const last = counted(session).length;
      await until(() => counted(session).length > last + 2, { what: `${session.name} to go on` });
      expect(counted(session)).toEqual(counted(session).map((_, at) => at + 1));
      await next.request('session/send', { session: session.id, text: 'after', submit: true });
      await until(async () => (await screen(next, session.id)).split('after').length > 2, {
        what: 'it to answer',
      });
    }
  });
});

/** Claude's own hooks, run as it runs them, for a program that is called in its place. */
describe('with the daemon killed, an agent’s hooks', () => {
  it('lose nothing: all of it is heard at the next start, in order', async () => {
    configure('[agents.claude]\ncommand = ["sh", "-c", "exec cat", "claude"]\n');
    const client = await connect();
    const { id } = await client.request('session/create', { repo, name: 'work', agent: 'claude' });
    const settings = join(box.places.scratch, id, 'claude-settings.json');
    const { hooks } = JSON.parse(readFileSync(settings, 'utf8')) as {
      hooks: Record<string, { hooks: { command: string }[] }[]>;
    };
    const record = () =>
      JSON.parse(readFileSync(join(box.places.sessions, `${id}.json`), 'utf8')) as {
        conversation: string;
        turnPrompt: string;
        lastMessage: string;
      };
    const { conversation } = record();
    const hook = (name: string, payload: object) => {
      const line = hooks[name]?.[0]?.hooks[0]?.command ?? '';
      const input = JSON.stringify({ session_id: conversation, hook_event_name: name, ...payload });
      execFileSync('/bin/sh', ['-c', line], { input, env: { PATH: box.env.PATH } });
    };
    hook('UserPromptSubmit', { prompt: 'while it runs' });
    await untilSession(client, id, ({ status }) => status === 'working', 'the first turn');

    process.kill(client.server.pid, 'SIGKILL');
    await until(() => !isAlive(client.server.pid), { what: 'the daemon to be gone' });
    const tool = { tool_name: 'Bash', tool_input: { command: 'rm -rf build' }, tool_use_id: 't1' };
    for (let turn = 1; turn <= 20; turn++) {
      hook('UserPromptSubmit', { prompt: `prompt ${turn}` });
      hook('PreToolUse', tool);
      hook('PostToolUse', tool);
      hook('Stop', { last_assistant_message: `answer ${turn}` });
    }
    hook('UserPromptSubmit', { prompt: 'the last prompt' });
    hook('PermissionRequest', tool);
    // The one before may be there, too: it was heard, but is read again unless that was kept.
    expect(readdirSync(spoolFolder(box.places.spool, id, 1)).length).toBeGreaterThanOrEqual(82);

    const next = await connect();
    expect(await get(next, id)).toMatchObject({
      status: 'waiting',
      question: { tool: 'Bash', text: 'rm -rf build' },
    });
    await until(() => readdirSync(spoolFolder(box.places.spool, id, 1)).length === 0, {
      what: 'all of it to be kept',
    });
    expect(record()).toMatchObject({ turnPrompt: 'the last prompt', lastMessage: 'answer 20' });
  });
});
