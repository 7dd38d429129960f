// A storm of hostile input on the real service: every method refuses it, and nobody else notices.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn, create, list, screen, untilSession } from '../support/tempest.ts';
import { until } from '../support/until.ts';
import {
  beforeInitialize,
  fatalInput,
  mangledFrame,
  type Refused,
  refusedMessage,
} from './support/hostile.ts';
import { type Random, seeded } from './support/hostile-values.ts';
import { frame, rawClient } from './support/raw.ts';
import { methods, wrongParams } from './support/wrong-params.ts';

let world: Sandbox;
let repo: string;
let bystander: Client;

beforeAll(async () => {
  world = await sandbox();
  repo = await world.repo();
  bystander = await connectIn(world);
  const { id } = await create(bystander, { repo, name: 'first' });
  await untilSession(bystander, id, ({ changes }) => changes !== null, 'it to be at rest');
});
afterAll(async () => {
  bystander.close();
  await world.dispose();
});

/** Sends all of them at once on one connection; each is refused as it should be, and no other. */
async function sendRefused(inputs: Refused[], initialized: boolean): Promise<void> {
  const raw = await rawClient(bystander.socket);
  if (initialized) await raw.initialize();
  raw.write(Buffer.concat(inputs.map(({ message }) => frame(JSON.stringify(message)))));
  const expected = inputs.filter(({ code }) => code !== null);
  const answers = () => raw.inbox.filter(({ method }) => method === undefined);
  await until(() => answers().length >= expected.length || raw.closed, {
    what: 'all answers',
    intervalMs: 2,
  });
  const key = (id: unknown, code: unknown) => `${id} ${code}`;
  expect(
    answers()
      .map(({ id, error }) => key(id, error?.code))
      .sort(),
  ).toEqual(expected.map(({ id, code }) => key(id, code)).sort());
  raw.inbox.length = 0;
  if (!initialized) await raw.initialize();
  raw.send({ jsonrpc: '2.0', id: 'last', method: 'session/list' });
  expect(await raw.answer()).toMatchObject({ id: 'last', result: { sessions: [{}] } });
  raw.socket.destroy();
}

async function sendFatal(random: Random): Promise<void> {
  const { bytes, code } = fatalInput(random);
  const raw = await rawClient(bystander.socket);
  if (random() < 0.5) await raw.initialize();
  raw.write(bytes);
  expect(await raw.answer()).toMatchObject({ id: null, error: { code } });
  await raw.waitForClose();
}

async function sendMangled(random: Random): Promise<void> {
  const raw = await rawClient(bystander.socket);
  raw.socket.end(mangledFrame(random));
  await raw.waitForClose();
}

/** Asks again and again, with answers that must match, until the storm is over. */
async function standBy(over: () => boolean): Promise<number> {
  let answers = 0;
  let told = '';
  const [session] = await list(bystander);
  const off = bystander.on('session/changed', ({ session }) => {
    told = session.name;
  });
  while (!over()) {
    const name = `name-${answers}`;
    const renamed = await bystander.request('session/rename', { session: session?.id ?? '', name });
    const [found, ...others] = await list(bystander);
    expect([renamed.name, told, found?.name, others]).toEqual([name, name, name, []]);
    answers++;
  }
  off();
  return answers;
}

async function inParallel(count: number, width: number, work: () => Promise<void>) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: width }, lane));
}

it('refuses wrong parameters of every method, and does nothing of what they ask for', async () => {
  const random = seeded(19_991_231);
  const before = [await list(bystander), await world.git(repo, 'for-each-ref')];
  const raw = await rawClient(bystander.socket);
  await raw.initialize();
  expect(methods.length).toBeGreaterThan(60);
  for (const method of methods) {
    for (let id = 0; id < 20; id++) {
      const params = wrongParams(random, method);
      raw.send({ jsonrpc: '2.0', id, method, params });
      const what = `${method} ${JSON.stringify(params)}`;
      expect(await raw.answer(), what).toMatchObject({
        id,
        error: { code: -32602, data: { kind: 'bad-request' } },
      });
    }
  }
  raw.socket.destroy();
  expect([await list(bystander), await world.git(repo, 'for-each-ref')]).toEqual(before);
});

it('survives 100,000 hostile inputs, and serves everybody else meanwhile', async () => {
  const random = seeded(20_240_229);
  const perConnection = 500;
  const make = (kind: typeof refusedMessage) =>
    Array.from({ length: perConnection }, (_, id) => kind(random, id));
  let over = false;
  const bystanding = standBy(() => over);
  try {
    await inParallel(180, 4, () => sendRefused(make(refusedMessage), true));
    await inParallel(10, 4, () => sendRefused(make(beforeInitialize), false));
    await inParallel(2500, 8, () => sendFatal(random));
    await inParallel(2500, 8, () => sendMangled(random));
  } finally {
    over = true;
  }
  expect(await bystanding).toBeGreaterThan(50);
  const [session] = await list(bystander);
  await bystander.request('session/send', { session: session?.id ?? '', text: 'still here' });
  await until(async () => (await screen(bystander, session?.id ?? '')).includes('still here'), {
    what: 'the agent to hear',
  });
  const status = await bystander.request('daemon/status', {});
  expect(status).toMatchObject({ pid: bystander.server.pid, clients: 1 });
  expect(peakMemory(status.pid)).toBeLessThan(400);
});

it('takes 16 MiB and not one byte more, and holds no more than that', async () => {
  const limit = 16 * 1024 * 1024;
  const message = (text: string) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'no/such',
    params: { text },
  });
  const rest = limit - JSON.stringify(message('')).length;
  const largest = await rawClient(bystander.socket);
  await largest.initialize();
  largest.send(message('x'.repeat(rest)));
  expect(await largest.answer()).toMatchObject({ id: 1, error: { code: -32601 } });
  largest.send(message('x'.repeat(rest + 1)));
  expect(await largest.answer()).toMatchObject({ id: null, error: { code: -32600 } });
  await largest.waitForClose();
  expect(await list(bystander)).toHaveLength(1);
  expect(peakMemory(bystander.server.pid)).toBeLessThan(400);
});

/** MiB that the process had resident at most. */
function peakMemory(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
