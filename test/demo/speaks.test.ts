// The demo agent in a real session: what it says of itself, and what the daemon makes of it.
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import type { Client } from '../../src/rpc/client.ts';
import { connectHost } from '../../src/terminal/client.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn, get, untilSession } from '../support/tempest.ts';
import { until } from '../support/until.ts';

let box: Sandbox;
let repo: string;
let client: Client;
let seen: Session[];
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '20' });
  repo = await box.repo({
    files: { 'src/login.ts': 'export function login(user: string) {\n}\n' },
  });
  client = await connectIn(box);
  seen = [];
  client.on('session/changed', ({ session }) => seen.push(session));
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

const start = (prompt: string) => client.request('session/create', { repo, agent: 'demo', prompt });
/** As a person types into its terminal. */
const press = async ({ id, generation }: Session, keys: string) => {
  const host = await connectHost(box.places.hostSocket);
  const data = Buffer.from(keys).toString('base64');
  await host.call('write', { terminal: `${id}.${generation}`, data });
  host.close();
};

it('says what it asks', async () => {
  const { id } = await start('fix the login');
  const asks = await untilSession(client, id, ({ question }) => question !== null, 'a question');
  expect(asks).toMatchObject({ status: 'waiting', unseen: true, activity: 'Run npm test' });
  expect(asks.question).toMatchObject({ tool: 'Run', text: 'npm test' });
  // Its terminal tells of the same question in its own way, sooner or later: that is one change.
  const waits = seen.filter(({ status }) => status === 'waiting');
  expect(new Set(waits.map(({ statusAt }) => statusAt)).size).toBe(1);
});

it('says what it does, and is done with its last words when nothing is asked', async () => {
  const { id } = await start('fix the login, without asking');
  const hasSaid = ({ status, activity }: Session) =>
    status === 'idle' && /^Done: 3 files changed/.test(activity);
  const done = await untilSession(client, id, hasSaid, 'its last words');
  expect(done).toMatchObject({ unseen: true, question: null, problem: null });
  expect(seen.some(({ activity }) => activity === 'Edit src/login.ts')).toBe(true);
});

it('hazard 14: is at rest after an Escape, and the person who pressed it has seen it', async () => {
  const { id } = await start('fix the login');
  // Whatever it does by now: what does not last is looked for among all that was told.
  await until(() => seen.some(({ activity }) => activity !== ''), { what: 'work' });
  await press(await get(client, id), '\x1b');
  const rests = ({ status, unseen, activity }: Session) =>
    status === 'idle' && !unseen && activity === '';
  await untilSession(client, id, rests, 'rest, seen');
});

it('tells a limit of the service apart from being done', async () => {
  const { id } = await start('hit the rate limit');
  const hasStopped = ({ status, problem }: Session) => status === 'idle' && problem !== null;
  const stopped = await untilSession(client, id, hasStopped, 'its end');
  expect(stopped).toMatchObject({
    problem: { kind: 'rate-limit' },
    attention: { reason: 'problem' },
  });
});

it('goes on when its question is answered in the terminal', async () => {
  const { id } = await start('fix the login');
  const asks = await untilSession(client, id, ({ question }) => question !== null, 'a question');
  await press(asks, 'n');
  const goesOn = ({ status, activity }: Session) =>
    status === 'idle' && activity.includes('tests not run');
  await untilSession(client, id, goesOn, 'its end');
});
