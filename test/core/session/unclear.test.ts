// Agents that ring the same bell for a question as for the end of a turn: nothing is typed into a question.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { connectHost } from '../../../src/terminal/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, screen, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let repo: string;
let client: Client;

/** Rings when it has read a line: in its first turn it asks, and what is typed then is the answer. */
const ringer = String.raw`
printf '> '; read -r prompt
printf '%s\n' "$prompt" >>"$HOME/prompts"
printf 'Delete everything? [y/n] \a'; read -r answer
printf '%s\n' "$answer" >>"$HOME/answers"
while :; do
  printf '\nDone.\a\n> '; read -r prompt || exit
  printf '%s\n' "$prompt" >>"$HOME/prompts"
done`;

async function begin(env: Record<string, string> = {}) {
  const bin = join(box.root, 'bin');
  mkdirSync(bin);
  copyFileSync(resolve('test/support/aider.mjs'), join(bin, 'aider'));
  chmodSync(join(bin, 'aider'), 0o755);
  mkdirSync(dirname(box.places.config), { recursive: true });
  writeFileSync(
    box.places.config,
    `[agents.ringer]\ncommand = ${JSON.stringify(['sh', '-c', ringer])}\nprompt = "none"\n`,
  );
  client = await connectIn(box, undefined, { ...env, PATH: `${bin}:${box.env.PATH}` });
}
const start = (agent: string, prompt: string) =>
  client.request('session/create', { repo, agent, prompt, name: agent });
const add = (session: string, text: string) => client.request('queue/add', { session, text });
async function press({ id, generation }: Session, keys: string) {
  const host = await connectHost(box.places.hostSocket);
  const data = Buffer.from(keys).toString('base64');
  await host.call('write', { terminal: `${id}.${generation}`, data });
  host.close();
}
function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}
const told = ({ id }: Session, file: string) => linesOf(join(box.places.scratch, id, file));

beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo();
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

describe('aider', () => {
  it('hazard 12: gets the next item at its input line, never at a question', async () => {
    await begin();
    const made = await start('aider', 'ask me first');
    await add(made.id, 'and then this');
    const asked = await untilSession(client, made.id, (s) => s.status === 'waiting', 'a question');
    expect(asked).toMatchObject({ activity: 'Add src/a.ts to the chat?', queued: { count: 1 } });
    const send = client.request('session/send', { session: made.id, text: 'now' });
    await expect(send).rejects.toMatchObject({ kind: 'wrong-state' });
    await press(made, 'n\r');
    const isDone = (s: Session) => s.status === 'idle' && s.queued.count === 0;
    await untilSession(client, made.id, isDone, 'the item to be done');
    expect(told(made, 'prompts')).toEqual(['ask me first', 'and then this']);
    expect(told(made, 'answers')).toEqual(['n']);
  });

  it('hazard 12: gets its first prompt only when what it asks at its start is answered', async () => {
    await begin({ AIDER_ASKS_FIRST: '1' });
    const made = await start('aider', 'fix it');
    const asked = await untilSession(client, made.id, (s) => s.status === 'waiting', 'a question');
    expect(asked.activity).toBe('Open URL for more info?');
    await press(made, 'd\r');
    await untilSession(client, made.id, ({ status }) => status === 'idle', 'the end of its turn');
    expect(told(made, 'answers')).toEqual(['d']);
    expect(told(made, 'prompts')).toEqual(['fix it']);
  });

  it('tells what a turn took, and leaves nothing in the worktree', async () => {
    await begin();
    const made = await start('aider', 'fix it');
    const isTold = ({ usage, status }: Session) => usage !== null && status === 'idle';
    const { usage, worktree } = await untilSession(client, made.id, isTold, 'its usage');
    expect(usage?.total).toEqual({ input: 4400, output: 215, cached: 0, cost: 0.02 });
    expect(usage?.turn).toEqual(usage?.total);
    expect(existsSync(join(worktree, '.aider.tags.cache.v4/cache.db'))).toBe(true);
    expect(await box.git(worktree, 'status', '--porcelain', '--untracked-files=all')).toBe('');
  });
});

describe('an agent that has nothing but a bell', () => {
  it('hazard 12: is sent nothing until somebody has looked', async () => {
    await begin();
    const made = await start('ringer', '');
    await until(async () => (await screen(client, made.id)).includes('>'), { what: 'its prompt' });
    await press(made, 'clean up\n');
    await untilSession(client, made.id, ({ unseen }) => unseen, 'its bell');
    await add(made.id, 'yes, and then test it');
    const held = await untilSession(
      client,
      made.id,
      ({ queued }) => queued.hold !== null,
      'a hold',
    );
    expect(held).toMatchObject({ status: 'idle', queued: { count: 1, hold: { why: 'silent' } } });
    expect(held.activity).toContain('asks something');
    const send = () => client.request('session/send', { session: made.id, text: 'yes' });
    await expect(send()).rejects.toMatchObject({ kind: 'wrong-state' });
    expect(linesOf(join(box.home, 'answers'))).toEqual([]);
    // The person looks, and answers.
    await client.request('session/seen', { session: made.id });
    await press(made, 'n\n');
    await untilSession(client, made.id, ({ unseen }) => unseen, 'its second bell');
    await client.request('session/seen', { session: made.id });
    await client.request('queue/hold', { session: made.id, held: false });
    await untilSession(client, made.id, ({ queued }) => queued.count === 0, 'the item to go out');
    expect(linesOf(join(box.home, 'answers'))).toEqual(['n']);
    const prompts = () => linesOf(join(box.home, 'prompts'));
    await until(() => prompts().length === 2, { what: 'the second prompt' });
    expect(prompts()).toEqual(['clean up', 'yes, and then test it']);
  });
});
