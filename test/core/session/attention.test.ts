// The queue of those that want the person, and the answers they give; on a real daemon with the demo agent.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attentionOf, attentionQueue, isNews } from '../../../src/core/session/attention.ts';
import { toSession } from '../../../src/core/session/record.ts';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { connectHost } from '../../../src/terminal/client.ts';
import { aRecord } from '../../support/record.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get, screen, untilSession } from '../../support/tempest.ts';

describe('the queue', () => {
  const problem = { kind: 'rate-limit', text: 'Try again at 5' } as const;
  const session = (id: string, fields: Parameters<typeof aRecord>[0]) =>
    toSession(aRecord({ id, ...fields }), 1);
  const wanting = [
    session('b', { status: 'idle', unseen: true, statusAt: 10 }),
    session('a', { status: 'exited', unseen: true, statusAt: 10 }),
    session('c', { status: 'idle', unseen: true, statusAt: 5 }),
    session('d', { status: 'waiting', unseen: true, statusAt: 90 }),
    session('e', { status: 'waiting', unseen: false, statusAt: 80 }),
    session('f', { status: 'idle', unseen: true, problem, statusAt: 70 }),
  ];

  it('has who waits first, then who was stopped, then who is done, each the oldest first', () => {
    const others = [
      session('x', { status: 'working', statusAt: 1 }),
      session('y', { status: 'idle', statusAt: 1 }),
      session('z', { status: 'closed', statusAt: 1 }),
    ];
    const queue = attentionQueue([...others, ...wanting]);
    expect(queue.map(({ id }) => id).join('')).toBe('edfcab');
    expect(queue.map(({ attention }) => attention?.reason)).toEqual([
      ...['waiting', 'waiting', 'problem', 'finished', 'exited', 'finished'],
    ]);
  });

  it('can be put in order by any client that has the ranks', () => {
    const ranks = attentionQueue(wanting).map(({ attention }) => attention?.rank ?? Number.NaN);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(ranks.every(Number.isSafeInteger)).toBe(true);
  });

  it('has news only when the session wants something else than before', () => {
    const of = (fields: Partial<Session>) =>
      attentionOf({ status: 'idle', unseen: true, problem: null, statusAt: 5, ...fields });
    expect(isNews(null, of({}))).toBe(true);
    expect(isNews(of({}), of({}))).toBe(false);
    expect(isNews(of({}), of({ statusAt: 6 }))).toBe(true);
    expect(isNews(of({}), of({ problem }))).toBe(true);
    expect(isNews(of({}), of({ unseen: false }))).toBe(false);
    expect(isNews(of({}), of({ status: 'starting' }))).toBe(false);
    const waits = of({ status: 'waiting' });
    expect(isNews(waits, of({ status: 'waiting', unseen: false }))).toBe(false);
  });
});

describe('an answer', () => {
  let box: Sandbox;
  let client: Client;
  let asks: Session;
  beforeEach(async () => {
    box = await sandbox({ TEMPEST_DEMO_PACE: '20' });
    client = await connectIn(box);
    const repo = await box.repo({ files: { 'src/login.ts': 'function login(user) {\n}\n' } });
    const prompt = 'fix the login';
    const { id } = await client.request('session/create', { repo, agent: 'demo', prompt });
    asks = await untilSession(client, id, ({ question }) => question !== null, 'a question');
  });
  afterEach(async () => {
    client.close();
    await box.dispose();
  });
  const answer = (what: 'allow' | 'deny', question = asks.question?.id ?? '') =>
    client.request('session/answer', { session: asks.id, question, answer: what });
  const rests = () =>
    untilSession(client, asks.id, ({ status }) => status === 'idle', 'the end of the turn');

  it.each([
    ['allow', 'tests rehearsed'],
    ['deny', 'tests not run'],
  ] as const)('%s reaches the agent as its keys', async (what, result) => {
    await answer(what);
    const isDone = ({ activity }: Session) => activity.includes(result);
    await untilSession(client, asks.id, isDone, result);
  });

  it('hazard 12: goes to the question that was seen, and to no other', async () => {
    const another = answer('allow', 'another');
    await expect(another).rejects.toMatchObject({ kind: 'wrong-state', hint: /Look again/ });
    expect((await get(client, asks.id)).question).toEqual(asks.question);
  });

  it('hazard 12: of two at once one goes through', async () => {
    const both = await Promise.allSettled([answer('deny'), answer('deny')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await rests();
    expect(await screen(client, asks.id)).toContain('tests not run');
    await expect(answer('deny')).rejects.toMatchObject({ kind: 'wrong-state' });
    // A key too many would stand in its input line.
    expect(await screen(client, asks.id)).toMatch(/^> *$/m);
  });

  it('is refused when the person has answered in the terminal, though nobody has heard of it', async () => {
    const host = await connectHost(box.places.hostSocket);
    const data = Buffer.from('n').toString('base64');
    await host.call('write', { terminal: `${asks.id}.${asks.generation}`, data });
    host.close();
    await rests();
    await expect(answer('allow')).rejects.toMatchObject({ kind: 'wrong-state' });
    const isDone = ({ activity }: Session) => activity.includes('tests not run');
    await untilSession(client, asks.id, isDone, 'its last words');
  });

  it('is refused where no question stands, with a way to go on', async () => {
    const { id } = await create(client, { repo: asks.repo, name: 'plain' });
    const failed = client.request('session/answer', { session: id, question: 'x', answer: 'deny' });
    await expect(failed).rejects.toMatchObject({ kind: 'wrong-state', message: /asks nothing/ });
  });

  it('takes the session out of the queue, which is over all repositories', async () => {
    const queue = async () => (await client.request('attention/list', {})).sessions;
    const repo = await box.repo();
    const prompt = 'another, without asking';
    const other = await client.request('session/create', { repo, agent: 'demo', prompt });
    await untilSession(client, other.id, ({ unseen }) => unseen, 'its end');
    expect((await queue()).map(({ id }) => id)).toEqual([asks.id, other.id]);
    const here = await client.request('attention/list', { repo });
    expect(here.sessions.map(({ id }) => id)).toEqual([other.id]);
    await answer('deny');
    await rests();
    expect((await queue()).map(({ id }) => id)).toEqual([other.id, asks.id]);
    await client.request('session/seen', { session: other.id });
    expect((await queue()).map(({ id }) => id)).toEqual([asks.id]);
  });
});
