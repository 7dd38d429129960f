// The connection to the daemon, which is started when it doesn't run.
import { placesFrom } from '../core/places.ts';
import { version } from '../core/version.ts';
import { type Client, connect } from '../rpc/client.ts';
import type { Context } from './context.ts';

export type Daemon = Client;

/** `start: false` fails with kind `daemon-gone` when no daemon runs. */
export async function connectDaemon(
  context: Context,
  options: { start?: boolean; timeoutMs?: number } = {},
): Promise<Daemon> {
  return connect({
    places: placesFrom(context.env),
    client: { name: 'tempest', version },
    env: context.env,
    ...options,
  });
}

/** Connects for the length of one piece of work. */
export async function withDaemon<T>(
  context: Context,
  work: (daemon: Daemon) => Promise<T>,
): Promise<T> {
  const daemon = await connectDaemon(context);
  try {
    return await work(daemon);
  } finally {
    daemon.close();
  }
}
