// The one connection to the daemon: made on demand, made again when it is lost.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../rpc/client.ts';
import { unreachable } from './failure.ts';
import { type Message, withoutNulls } from './messages.ts';

export type Connection = Pick<Client, 'server' | 'request' | 'on' | 'onClosed' | 'close'>;

const events = [
  'session/changed',
  'session/removed',
  'review/changed',
  'conflict/changed',
  '$/progress',
] as const;

export interface Link {
  /** The live connection; waits while it is being made, rejects when that fails. */
  connection(): Promise<Connection>;
  close(): void;
}

/** Pauses before the attempts that follow a loss, in ms; after the last, only a request tries again. */
const pauses = [0, 250, 500, 1000, 2000, 4000];

/** `tell` gets 'up' with every session after each connection, 'down' once per loss, and events. */
export function createLink(
  open: () => Promise<Connection>,
  tell: (message: Message) => void,
): Link {
  let current: Promise<Connection> | undefined;
  let up = false;
  let closed = false;

  const make = async (onClosed: () => void): Promise<Connection> => {
    const connection = await open();
    if (closed) {
      connection.close();
      throw new Error('this host is ending');
    }
    for (const method of events) {
      connection.on(method, (params) =>
        tell({ kind: 'event', method, params: withoutNulls(params) }),
      );
    }
    connection.onClosed(onClosed);
    const { sessions, revision } = await connection.request('session/list', {});
    up = true;
    const { version, pid } = connection.server;
    tell({ kind: 'up', version, pid, sessions: withoutNulls(sessions) as object[], revision });
    return connection;
  };

  const connect = (): Promise<Connection> => {
    if (current) return current;
    const attempt: Promise<Connection> = make(() => lost(attempt));
    current = attempt;
    attempt.catch(() => forget(attempt));
    return attempt;
  };

  /** Who joins an attempt and is turned away with it tries once more: what turned it away may have ended since. */
  const joinOrConnect = async (): Promise<Connection> => {
    const joined = current;
    if (!joined) return await connect();
    try {
      return await joined;
    } catch (error) {
      if (unreachable(error).kind !== 'version-mismatch') throw error;
      return await connect();
    }
  };

  const forget = (attempt: Promise<Connection>) => {
    if (current === attempt) current = undefined;
  };

  const lost = (attempt: Promise<Connection>) => {
    forget(attempt);
    if (closed || !up) return;
    up = false;
    tell({ kind: 'down' });
    void recover();
  };

  const recover = async () => {
    let failure: unknown;
    for (const pause of pauses) {
      await delay(pause);
      if (closed || up) return;
      try {
        await connect();
        return;
      } catch (error) {
        failure = error;
      }
    }
    tell({ kind: 'down', error: unreachable(failure) });
  };

  return {
    connection: joinOrConnect,
    close() {
      closed = true;
      current?.then((connection) => connection.close()).catch(() => {});
    },
  };
}
