// What is refused while a turn goes on says how that ends: by waiting, by an answer, or by closing what tells of no end.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, untilSession } from '../../support/tempest.ts';

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

/** All of them but the rewind, which has a checkpoint to be found first. */
const refused = async (session: string, status: string, hint: string) => {
  const told = { kind: 'wrong-state', message: expect.stringContaining(`is ${status}: `), hint };
  for (const method of ['session/commit', 'session/rebase', 'session/squash'] as const)
    await expect(client.request(method, { session })).rejects.toMatchObject(told);
  const rewind = client.request('checkpoint/rewind', { session, number: 1 });
  await expect(rewind).rejects.toMatchObject(told);
};

const wait = (name: string) => `Wait for the end of its turn: \`tempest wait ${name}\`.`;

it('a plain command that was sent something may be closed, and then it can be', async () => {
  const command = ['sh', '-c', 'echo ready; cat'];
  const { worktree } = await create(client, { repo, name: 'one', command });
  await untilSession(client, 'one', ({ status }) => status === 'idle', 'rest');
  await client.request('session/send', { session: 'one', text: 'nothing that tells of its end' });
  const hint = `${wait('one')} A plain command may tell of none: \`tempest close one\` ends it.`;
  await refused('one', 'working', hint);
  await client.request('session/close', { session: 'one' });
  writeFileSync(join(worktree, 'a.txt'), 'two\n');
  const { commit } = await client.request('session/commit', { session: 'one' });
  expect(commit).not.toBeNull();
});

it('an agent that asks for leave is answered first', async () => {
  const env = { ...box.env, TEMPEST_DEMO_PACE: '1' };
  const prompt = 'write it';
  await client.request('session/create', { repo, name: 'one', agent: 'demo', prompt, env });
  await untilSession(client, 'one', ({ question }) => question !== null, 'a question');
  const hint = 'Answer it first: `tempest answer one allow`, or `deny`; `a` in `:Tempest`.';
  await refused('one', 'waiting', hint);
});

it('one that asks in its terminal alone is answered there', async () => {
  const command = ['sh', '-c', 'printf "\\033]777;notify;Agent;Needs your permission\\007"; cat'];
  await create(client, { repo, name: 'one', command });
  await untilSession(client, 'one', ({ status }) => status === 'waiting', 'a question');
  const hint = 'Answer it first, in its terminal: `tempest attach one`, `:TempestOpen one`.';
  await refused('one', 'waiting', hint);
});
