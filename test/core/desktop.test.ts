// What the desktop is told, by real commands.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDesktop } from '../../src/core/desktop.ts';
import { attentionOf } from '../../src/core/session/attention.ts';
import { type SessionRecord, toSession } from '../../src/core/session/record.ts';
import type { Client } from '../../src/rpc/client.ts';
import { manualClock } from '../support/clock.ts';
import { aRecord } from '../support/record.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn, untilSession } from '../support/tempest.ts';
import { until } from '../support/until.ts';

let box: Sandbox;
let repo: string;
let client: Client;
let told: string;
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '5' });
  repo = await box.repo();
  told = join(box.root, 'told');
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

/** Sets the command: a program that writes each word it gets on a line, and then does `more`. */
function configure(words: string[], more = ''): void {
  const program = join(box.root, 'notify me');
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${told}'\n${more}\n`);
  chmodSync(program, 0o700);
  mkdirSync(dirname(box.places.config), { recursive: true });
  writeFileSync(box.places.config, `notify = ${JSON.stringify([program, ...words])}\n`);
}
const lines = () => (existsSync(told) ? readFileSync(told, 'utf8').trimEnd().split('\n') : []);
const log = () => readFileSync(box.places.daemonLog, 'utf8');
const work = async (name: string) => {
  const prompt = 'tidy up, without asking';
  const { id } = await client.request('session/create', { repo, agent: 'demo', name, prompt });
  return await untilSession(client, id, ({ unseen }) => unseen, 'its end');
};

it('hazard 11: tells one change once, in words that no shell reads', async () => {
  configure(['{title}', '{text}', "it's $(id) {reason} {what}", '{session}']);
  const { id } = await work('one');
  await until(() => lines().length >= 4, { what: 'the notification' });
  // Anything that changes and isn't news: what was told stays told.
  await client.request('session/rename', { session: id, name: 'first' });
  const second = await work('two');
  await until(() => lines().length >= 8, { what: 'the second notification' });
  expect(lines()).toEqual([
    'one has finished',
    expect.stringMatching(/^Done: \d files? changed/),
    "it's $(id) finished {what}",
    id,
    'two has finished',
    expect.stringMatching(/^Done: /),
    "it's $(id) finished {what}",
    second.id,
  ]);
});

it('leaves it to the client that has the focus, and to nobody what is over at once', async () => {
  const clock = manualClock();
  let focused = false;
  const desktop = createDesktop({
    command: async () => ['sh', '-c', 'echo "$1" >>"$2"', 'sh', '{name}', told],
    focused: () => focused,
    env: box.env,
    clock,
    log: () => {},
  });
  const wants = (name: string, fields: Partial<SessionRecord> = {}) => {
    const record = aRecord({ id: name, name, unseen: true, ...fields });
    desktop.changed(toSession(record, 1), null);
  };
  wants('with-editor');
  focused = true;
  clock.advance(1_000);
  wants('answered');
  desktop.changed(toSession(aRecord({ id: 'answered', status: 'working' }), 2), attention(1));
  wants('removed');
  desktop.gone('removed');
  wants('left');
  focused = false;
  clock.advance(1_000);
  // Told before, and only renamed since.
  desktop.changed(
    toSession(aRecord({ id: 'left', name: 'renamed', unseen: true }), 3),
    attention(1),
  );
  clock.advance(60_000);
  wants('last', { status: 'waiting' });
  clock.advance(1_000);
  await until(() => lines().includes('last'), { what: 'the last notification' });
  expect(lines().sort()).toEqual(['last', 'left']);
  desktop.stop();
});
const attention = (statusAt: number) =>
  attentionOf({ status: 'idle', unseen: true, problem: null, statusAt });

it('lets nothing wait for the command, and says in the log what went wrong', async () => {
  configure(['{name}'], 'exit 7');
  await work('one');
  await until(() => log().includes('ended with code 7'), { what: 'the log' });
  writeFileSync(box.places.config, 'notify = ["/nowhere/notify"]\n');
  await work('two');
  await until(() => log().includes('ENOENT'), { what: 'the log' });
  configure(['{name}'], 'exec sleep 1000');
  await work('three');
  await until(() => lines().includes('three'), { what: 'the command to run' });
  expect((await client.request('daemon/status', {})).sessions).toBe(3);
  // The sandbox finds what a daemon that ends leaves behind: not even this.
});
