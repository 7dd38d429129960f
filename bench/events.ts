// How long an agent's event takes to reach a client, what resting costs, and what a hook costs the agent.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hookCommand } from '../src/core/agents/hook.ts';
import { connectIn, get } from '../test/support/tempest.ts';
import { until } from '../test/support/until.ts';
import { inTurns, median } from './measure.ts';
import { alone, byDifference, type Figure, number } from './report.ts';
import { quiet } from './support/quiet.ts';
import type { Bench, World } from './world.ts';

const sessions = 50;
const seconds = 20;
const restSeconds = 10;
const hooks = 200;

export const events: Bench = {
  about: `${sessions} sessions with an event a second each, from the file's rename to the client, ${seconds} s; ${hooks} hooks`,
  async run(world) {
    const spools = await openSessions(world);
    // Changes of new sessions are counted by git in the background.
    await delay(3_000);
    await quiet(world);
    // Side by side, so that whatever else the machine does meets both.
    const [ours, bare] = await Promise.all([measureEvents(world, spools), bareEcho(world)]);
    return [
      alone('event to notification, median', `${at(ours, 0.5)} ms`),
      figure('event to notification, 99 of 100', ours, bare),
      await resting(world),
      ...(await hookCosts(world, spools[0]?.folder ?? '')),
    ];
  },
};

interface Spool {
  id: string;
  conversation: string;
  folder: string;
}

/** Demo agents at their prompt: they say nothing but what is written for them. */
async function openSessions({ client, sandbox, say }: World): Promise<Spool[]> {
  const repo = await sandbox.repo();
  const spools: Spool[] = [];
  for (let at = 0; at < sessions; at += 5) {
    const batch = Array.from({ length: Math.min(5, sessions - at) }, async () => {
      const { id } = await client.request('session/create', { repo, agent: 'demo' });
      const rests = async () => (await get(client, id)).status === 'idle';
      await until(rests, { what: `${id} to be up`, intervalMs: 100 });
      const { conversation, generation } = await get(client, id);
      const folder = join(sandbox.places.spool, id, String(generation));
      return { id, conversation: conversation ?? '', folder };
    });
    spools.push(...(await Promise.all(batch)));
  }
  say(`${spools.length} sessions are up`);
  return spools;
}

/**
 * As plugins of agents write: whole, then renamed. Gives the moment at which it was there: what a busy disk
 * costs before that is not the daemon's, and nobody hears of it before this function has returned.
 */
function write(folder: string, count: number, name: string, payload: object): number {
  const draft = join(folder, `.${process.pid}`);
  writeFileSync(draft, JSON.stringify(payload));
  renameSync(draft, join(folder, `${count}-${process.pid}.${name}`));
  return performance.now();
}

/** Ms from each event's rename to its notification, in another connection than the one that asks. */
async function measureEvents({ sandbox }: World, spools: Spool[]): Promise<number[]> {
  const client = await connectIn(sandbox);
  const sent = new Map<string, number>();
  const took: number[] = [];
  client.on('session/changed', ({ session }) => {
    const began = sent.get(`${session.id} ${session.activity}`);
    if (began === undefined) return;
    took.push(performance.now() - began);
    sent.delete(`${session.id} ${session.activity}`);
  });
  for (const { folder, conversation } of spools) {
    write(folder, 0, 'turn-started', { conversation, prompt: 'measure' });
  }
  await delay(1_000);
  const begin = performance.now();
  for (let count = 0; count < seconds * sessions; count += 1) {
    const spool = spools[count % sessions];
    if (!spool) break;
    await delay(Math.max(0, begin + (count * 1000) / sessions - performance.now()));
    const { id, conversation, folder } = spool;
    const event = { conversation, id: `${count}`, tool: 'Step', text: String(count) };
    sent.set(`${id} Step ${count}`, write(folder, count + 1, 'tool-started', event));
  }
  await until(() => took.length === seconds * sessions, { what: 'the last notification' });
  for (const { folder, conversation } of spools) {
    write(folder, seconds * sessions + 1, 'turn-ended', { conversation });
  }
  client.close();
  return took;
}

/** The least that any program needs for it: a watch on one folder, and a line through a socket. */
async function bareEcho({ sandbox }: World): Promise<number[]> {
  const folder = join(sandbox.root, 'bare');
  mkdirSync(folder);
  const path = join(sandbox.root, 'bare.sock');
  const clients: Socket[] = [];
  const server = createServer((socket) => clients.push(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const watcher = watch(folder, (_event, name) => {
    if (name && !name.startsWith('.')) for (const client of clients) client.write(`${name}\n`);
  });
  const client = connectSocket(path);
  let heard = () => {};
  client.on('data', () => heard());
  await until(() => clients.length === 1, { what: 'the bare client' });
  const took: number[] = [];
  for (let count = 0; count < 10 * seconds; count += 1) {
    await delay(100);
    const back = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const began = write(folder, count, 'event', {});
    await back;
    took.push(performance.now() - began);
  }
  watcher.close();
  client.destroy();
  server.close();
  return took;
}

/** The processor time of daemon and terminal host while nothing happens. */
async function resting(world: World): Promise<Figure> {
  const { client, sandbox, say } = world;
  const { pid } = await client.request('daemon/status', {});
  await quiet(world);
  await settled(pid);
  say(`the daemon rests for ${restSeconds} s in ${sandbox.root}`);
  const before = ticks(pid);
  await delay(restSeconds * 1000);
  const spent = ticks(pid) - before;
  return alone(
    `the daemon at rest with ${sessions} sessions, ${restSeconds} s`,
    `${spent} clock ticks of 10 ms`,
    { value: spent, unit: 'ticks', target: { atMost: 1 } },
  );
}

/**
 * Waits until what the turns of before gave it to do (counts of changes, checkpoints, forecasts, with the pauses
 * between them) is done: a process that takes no time for ten seconds. One that has something to do again and
 * again never settles.
 */
async function settled(pid: number): Promise<void> {
  const still = async () => {
    const before = ticks(pid);
    await delay(10_000);
    return ticks(pid) === before;
  };
  await until(still, { what: 'the daemon to have nothing left to do' });
}

/** User and system time, `proc(5)`, fields 14 and 15 of stat. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** What a tool call hands to the hooks before and after it: a command, and its output. */
const payloads = [
  { tool_name: 'Bash', tool_input: { command: 'npm test' } },
  {
    tool_name: 'Bash',
    tool_input: { command: 'npm test' },
    tool_response: 'passed\n'.repeat(3_000),
  },
].map((payload) => JSON.stringify(payload));

/**
 * What our two hooks add to a tool call, above two that do nothing: what starts a shell for a hook is the agent's.
 * The least that keeps what it is given, a file and one program to write it, stands beside that. With the daemon
 * alive, and with it dead.
 */
async function hookCosts(world: World, folder: string): Promise<Figure[]> {
  const lines = (text: string) => async () => {
    const began = performance.now();
    for (const input of payloads) spawnSync('sh', ['-c', text], { input, env: world.sandbox.env });
    return performance.now() - began;
  };
  const empty = lines(':');
  const least = lines(`cat >'${folder}'/.$$`);
  const hook = lines(hookCommand(folder, 'bench'));
  const measure = async (daemon: string): Promise<Figure[]> => {
    const times = await inTurns(hooks, { empty, least, hook });
    const ours = { unit: 'ms', ours: times.hook };
    return [
      byDifference({
        ...ours,
        what: `hooks of a tool call, the daemon ${daemon}`,
        theirs: times.empty,
        against: 'sh -c : twice',
        target: { atMost: 5 },
      }),
      byDifference({
        ...ours,
        what: `the same, beside the least, the daemon ${daemon}`,
        theirs: times.least,
        against: 'sh -c "cat >FILE" twice',
      }),
    ];
  };
  const alive = await measure('alive');
  await world.client.request('daemon/stop', {});
  await new Promise<void>((resolve) => world.client.onClosed(resolve));
  return [...alive, ...(await measure('dead'))];
}

function figure(what: string, ours: number[], bare: number[]): Figure {
  const apart = Number(at(ours, 0.99)) - Number(at(bare, 0.99));
  const held = { value: Number(at(ours, 0.99)), unit: 'ms', target: { atMost: 50 } };
  return {
    ...alone(what, `${at(ours, 0.99)} ms`, held),
    baseline: `${at(bare, 0.99)} ms (fs.watch and a socket)`,
    compared: `+${number(apart)} ms`,
  };
}

function at(values: readonly number[], share: number): string {
  if (share === 0.5) return number(median(values));
  const sorted = [...values].sort((a, b) => a - b);
  return number(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
}
