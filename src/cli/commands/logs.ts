// `tempest logs`
import { readFile } from 'node:fs/promises';
import { placesFrom } from '../../core/places.ts';
import type { Session } from '../../core/session/session.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { followFile } from '../follow.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'logs'> = async ({ options, args }, context) => {
  if (options.follow && context.json) {
    throw new UsageError('--follow and --json exclude each other');
  }
  if (options.daemon && args.session !== undefined) {
    throw new UsageError('--daemon takes no session');
  }
  if (options.daemon) return daemonLog(context, options.follow);
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    if (options.follow) {
      const session = await daemon.request('session/get', which);
      return followSetup(context, daemon, session);
    }
    const log = await daemon.request('session/log', which);
    if (context.json) printJson(context, log);
    else context.stdout.write(log.text);
  });
};

/** Needs no daemon: its log matters most when it can't start. */
async function daemonLog(context: Context, follow: boolean): Promise<void> {
  const path = placesFrom(context.env).daemonLog;
  if (follow) {
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    return followFile(path, (chunk) => context.stdout.write(chunk), stop.signal);
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (context.json) printJson(context, { text, path });
  else context.stdout.write(text);
}

/** Until the setup command of this session is over, or Ctrl-C. */
async function followSetup(context: Context, daemon: Daemon, begun: Session): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  daemon.on('session/changed', ({ session }) => {
    if (session.id === begun.id && session.status !== 'creating') stop.abort();
  });
  daemon.onClosed(() => stop.abort());
  const { path } = await daemon.request('session/log', { session: begun.id });
  const { status } = await daemon.request('session/get', { session: begun.id });
  if (status !== 'creating') stop.abort();
  await followFile(path, (chunk) => context.stdout.write(chunk), stop.signal);
}
