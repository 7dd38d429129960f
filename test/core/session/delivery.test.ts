// What waits in a queue reaches a real agent: in order, once, and never where it would do harm.
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoTranscript } from '../../../src/core/agents/demo.ts';
import type { Queue } from '../../../src/core/session/queue.ts';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { connectHost } from '../../../src/terminal/client.ts';
import { bundle } from '../../rpc/support/build.ts';
import { processesOf } from '../../support/processes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, get, programs, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let program: { program: string; folder: string };
let box: Sandbox;
let repo: string;
let clients: Client[];
let client: Client;

beforeAll(async () => {
  program = await bundle('test/support/stepwise-daemon.ts');
});
afterAll(() => rmSync(program.folder, { recursive: true, force: true }));
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '10' });
  repo = await box.repo({ files: { 'src/login.ts': 'export function login() {\n}\n' } });
  clients = [];
  client = await connect();
});
afterEach(async () => {
  for (const one of clients) one.close();
  await box.dispose();
});

/** A client of the daemon that runs, or of a new one, which ends after `stopAfter` if that is given. */
async function connect(stopAfter?: string): Promise<Client> {
  const env = { TEST_STOP_AFTER: stopAfter ?? '', TEST_PROGRAMS: programs };
  const connected = await connectIn(box, program.program, env);
  clients.push(connected);
  return connected;
}
const daemonGone = ({ server }: Client) =>
  until(() => !processesOf(box.root).some(({ pid }) => pid === server.pid), {
    what: 'the daemon to be gone',
  });
async function killDaemon(of: Client) {
  process.kill(of.server.pid, 'SIGKILL');
  await daemonGone(of);
}

const start = (prompt: string) => client.request('session/create', { repo, agent: 'demo', prompt });
const add = (session: string, text: string) =>
  client.request('queue/add', { session, text: `${text}, without asking` });
const queueOf = (of: Client, session: string): Promise<Queue> =>
  of.request('queue/list', { session });
const untilHeld = async (of: Client, id: string, why: string) =>
  (await untilSession(of, id, ({ queued }) => queued.hold?.why === why, `the queue held: ${why}`))
    .queued;
const untilAllDone = (of: Client, id: string) =>
  untilSession(of, id, (s) => s.queued.count === 0 && s.status === 'idle', 'all to be done');
const release = (of: Client, session: string) => of.request('queue/hold', { session, held: false });

/** The prompts that the agent took, as it keeps them itself. */
function taken({ conversation }: Session): string[] {
  const lines = readFileSync(demoTranscript(conversation ?? '', box.env), 'utf8').trim();
  const entries = lines.split('\n').map((line) => JSON.parse(line) as Turn);
  // A turn has a line for its beginning, and another for its end.
  const begun = entries.filter(({ summary }) => summary === null);
  return begun.map(({ prompt }) => prompt.replace(', without asking', ''));
}
interface Turn {
  prompt: string;
  summary: string | null;
}
/** As a person types into its terminal. */
async function press({ id, generation }: Session, keys: string) {
  const host = await connectHost(box.places.hostSocket);
  const data = Buffer.from(keys).toString('base64');
  await host.call('write', { terminal: `${id}.${generation}`, data });
  host.close();
}

describe('a queue', () => {
  it('goes out one by one, each when the turn before it is over', async () => {
    const made = await start('fix the login, without asking');
    await add(made.id, 'one');
    await add(made.id, 'two\nwith "$(quotes)" and 👍');
    const last = await add(made.id, 'three');
    const { id: third = '' } = last.items.at(-1) ?? {};
    await client.request('queue/move', { session: made.id, item: third, to: 0 });
    await untilAllDone(client, made.id);
    expect(taken(made)).toEqual(['fix the login', 'three', 'one', 'two\nwith "$(quotes)" and 👍']);
    // At rest, what is added goes at once, and what is held stays.
    await client.request('queue/add', { session: made.id, text: 'later', held: true });
    await add(made.id, 'four');
    await untilSession(client, made.id, (s) => s.queued.count === 1 && s.status === 'idle', 'four');
    expect(taken(made).at(-1)).toBe('four');
  });

  it('hazard 12: waits while a question stands', async () => {
    const made = await start('fix the login');
    await untilSession(client, made.id, ({ status }) => status === 'waiting', 'a question');
    const { items } = await add(made.id, 'next');
    expect(items).toMatchObject([{ sending: false }]);
    await killDaemon(client);
    client = await connect();
    expect((await get(client, made.id)).status).toBe('waiting');
    expect(await queueOf(client, made.id)).toMatchObject({
      hold: null,
      items: [{ sending: false }],
    });
    await press(made, 'y');
    await untilAllDone(client, made.id);
    expect(taken(made)).toEqual(['fix the login', 'next']);
  });

  it('holds itself after an interrupt, says so, and goes on when it is let go', async () => {
    const made = await start('fix the login');
    await add(made.id, 'next');
    await untilSession(client, made.id, ({ status }) => status === 'waiting', 'a question');
    await press(made, '\x1b');
    const held = await untilHeld(client, made.id, 'interrupted');
    expect(held).toEqual({
      count: 1,
      going: 0,
      hold: { why: 'interrupted', text: 'The last turn was interrupted' },
    });
    expect(taken(made)).toEqual(['fix the login']);
    await release(client, made.id);
    await untilAllDone(client, made.id);
    expect(taken(made)).toEqual(['fix the login', 'next']);
  });

  it('hazard 12: stays when the agent dies in the middle of a turn, and after it was opened again', async () => {
    const made = await start('fix the login');
    await add(made.id, 'next');
    await untilSession(client, made.id, ({ status }) => status === 'waiting', 'a question');
    for (const { pid, command } of processesOf(`TEMPEST_SESSION=${made.id}`)) {
      if (command.includes('demo-agent')) process.kill(pid, 'SIGKILL');
    }
    await untilHeld(client, made.id, 'ended');
    await client.request('session/open', { session: made.id });
    await untilSession(client, made.id, ({ status }) => status === 'idle', 'the agent to be up');
    expect((await queueOf(client, made.id)).items).toHaveLength(1);
    await release(client, made.id);
    await untilAllDone(client, made.id);
    expect(taken(made)).toEqual(['fix the login', 'next']);
  });

  it('hazard 12: is refused to a command, which may be a shell', async () => {
    const { id } = await client.request('session/create', { repo, command: ['sh'] });
    await expect(add(id, 'rm -rf .')).rejects.toMatchObject({ kind: 'wrong-state' });
  });
});

describe('kill -9 of the daemon while an item is sent', () => {
  /** A session at rest, whose next item is sent by a daemon that ends after `step`. */
  async function killedAfter(step: string) {
    const made = await start('fix the login, without asking');
    await untilSession(client, made.id, ({ status }) => status === 'idle', 'rest');
    await client.request('queue/hold', { session: made.id, held: true });
    await add(made.id, 'next');
    await killDaemon(client);
    const doomed = await connect(step);
    await release(doomed, made.id).catch(() => {});
    await daemonGone(doomed);
    return made;
  }

  it('before a key was pressed: it stays, and the queue says that nobody knows', async () => {
    const made = await killedAfter('queue:marked');
    client = await connect();
    expect((await queueOf(client, made.id)).items).toMatchObject([{ sending: true }]);
    expect((await untilHeld(client, made.id, 'unknown')).count).toBe(1);
    expect(taken(made)).toEqual(['fix the login']);
    await release(client, made.id);
    await untilAllDone(client, made.id);
    expect(taken(made)).toEqual(['fix the login', 'next']);
  });

  it('after the agent took it and nobody heard: it is not sent twice', async () => {
    const made = await killedAfter('queue:marked');
    // What the daemon would have done a moment later.
    await press(made, '\x1b[200~next, without asking\x1b[201~');
    await press(made, '\r');
    await until(() => taken(made).length === 2, { what: 'the agent to take it' });
    client = await connect();
    await untilAllDone(client, made.id);
    expect((await get(client, made.id)).queued).toEqual({ count: 0, going: 0, hold: null });
    expect(taken(made)).toEqual(['fix the login', 'next']);
  });

  it.each(['queue:sent', 'queue:done'])('after %s: it is not sent twice', async (step) => {
    const made = await killedAfter(step);
    client = await connect();
    await untilAllDone(client, made.id);
    expect(taken(made)).toEqual(['fix the login', 'next']);
  });
});

describe('session/send', () => {
  it('is confirmed by the word of an agent that speaks, else from the screen', async () => {
    const made = await start('fix the login, without asking');
    await untilSession(client, made.id, ({ status }) => status === 'idle', 'rest');
    const text = 'it\'s "$(quoted)" `and`\nlong 👍 without asking '.repeat(100);
    const sent = await client.request('session/send', { session: made.id, text });
    expect(sent).toMatchObject({ id: made.id, confirmed: 'event', status: 'working' });
    const kept = await client.request('session/send', {
      session: made.id,
      text: 'and then, without asking',
    });
    expect(kept.confirmed).toMatch(/event|screen/);
    const left = await client.request('session/send', {
      session: made.id,
      text: 'not yet',
      submit: false,
    });
    expect(left.confirmed).toBeNull();
    const { id } = await client.request('session/create', { repo, command: ['cat'] });
    await untilSession(client, id, ({ status }) => status === 'starting', 'cat');
    const read = await client.request('session/send', { session: id, text: 'hello' });
    expect(read.confirmed).toBe('screen');
  });

  it('to several has an outcome for each', async () => {
    const [first, second] = await Promise.all([
      start('fix the login, without asking'),
      start('fix the logout'),
    ]);
    await untilSession(client, first.id, ({ status }) => status === 'idle', 'rest');
    await untilSession(client, second.id, ({ status }) => status === 'waiting', 'a question');
    const sessions = [first.name, second.id, first.id, 'nobody'];
    const { outcomes } = await client.request('message/broadcast', {
      sessions,
      text: 'now without asking',
    });
    expect(outcomes).toMatchObject([
      { session: first.name, id: first.id, confirmed: 'event', error: null },
      { session: second.id, id: second.id, confirmed: null, error: { kind: 'wrong-state' } },
      { session: 'nobody', id: null, error: { kind: 'unknown-session' } },
    ]);
    const later = await client.request('message/broadcast', {
      sessions: [second.id],
      text: 'later without asking',
      queue: true,
    });
    expect(later.outcomes).toMatchObject([{ queued: true, error: null }]);
    await press(second, 'y');
    await untilAllDone(client, second.id);
    expect(taken(second)).toEqual(['fix the logout', 'later without asking']);
  });
});

describe('usage', () => {
  it('is that of the last turn and of all, and lives through a restart of the daemon', async () => {
    const made = await start('fix the login, without asking');
    const one = await untilSession(
      client,
      made.id,
      ({ usage, status }) => usage !== null && status === 'idle',
      'the first turn and its usage',
    );
    expect(one.usage?.turn.output).toBeGreaterThan(0);
    expect(one.usage?.turn).toEqual(one.usage?.total);
    await killDaemon(client);
    client = await connect();
    expect((await get(client, made.id)).usage?.total).toEqual(one.usage?.total);
    await add(made.id, 'next');
    const two = await untilSession(
      client,
      made.id,
      ({ usage, status }) =>
        status === 'idle' && (usage?.total.output ?? 0) > (one.usage?.total.output ?? 0),
      'the second turn and its usage',
    );
    const { turn, total } = two.usage ?? {};
    expect(total?.input).toBe((one.usage?.total.input ?? 0) + (turn?.input ?? 0));
  });
});
