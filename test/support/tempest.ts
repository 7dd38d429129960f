// A client of a real daemon in a sandbox, and what tests ask it again and again.
import { resolve } from 'node:path';
import type { Session } from '../../src/core/session/session.ts';
import { type Client, connect } from '../../src/rpc/client.ts';
import type { Params } from '../../src/rpc/protocol.ts';
import type { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

export const programs = resolve('dist');

/** Connects, starting the daemon of this build (or `program`) where none runs. */
export function connectIn(
  sandbox: Sandbox,
  program = `${programs}/daemon.js`,
  env = {},
): Promise<Client> {
  return connect({
    places: sandbox.places,
    client: { name: 'test', version: '0' },
    program,
    env: { ...sandbox.env, ...env },
  });
}

/** Creates a session that runs a command; by default one that reads for ever. */
export function create(client: Client, params: Params<'session/create'>): Promise<Session> {
  return client.request('session/create', { command: ['cat'], ...params });
}

export function get(client: Client, session: string): Promise<Session> {
  return client.request('session/get', { session });
}

export async function list(client: Client, removed = false): Promise<Session[]> {
  return (await client.request('session/list', { removed })).sessions;
}

/** Waits until the session satisfies `condition`, and gives it. */
export async function untilSession(
  client: Client,
  session: string,
  condition: (session: Session) => boolean,
  what: string,
): Promise<Session> {
  let last: Session | null = null;
  await until(
    async () => {
      last = await get(client, session);
      return condition(last);
    },
    { what },
  ).catch((cause) => {
    throw new Error(`in vain for ${what}; it was last ${JSON.stringify(last)}`, { cause });
  });
  return last as unknown as Session;
}

/** The text on the session's screen. */
export async function screen(client: Client, session: string): Promise<string> {
  return (await client.request('terminal/screen', { session, scrollback: true })).text;
}
