// The daemon's life, whatever it serves: lock, log, socket, signals, and an end when idle.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../core/clock.ts';
import { TempestError } from '../core/errors.ts';
import { type Log, openLog } from '../core/log.ts';
import type { Places } from '../core/places.ts';
import { ensurePrivateFolder } from '../core/private-folder.ts';
import type { Handlers } from './dispatch.ts';
import { type Lock, takeLock } from './lock.ts';
import { meetingPlaces } from './meeting.ts';
import { type Server, serve } from './server.ts';
import { formatReport, type StartReport } from './start.ts';
import { watchOver } from './watch.ts';

/** What the daemon serves. */
export interface Service {
  handlers: Handlers;
  /** While true, the daemon stays though no client is there. */
  busy(): boolean;
  /** Ends no agent. */
  close(): Promise<void>;
}

export interface ServiceContext {
  /** With the sockets' folder as it was settled; see meeting.ts. */
  places: Places;
  log: Log;
  broadcast: Server['broadcast'];
  /** Initialized clients. */
  clients(): number;
  /** Whether the person is at one of them. */
  focused(): boolean;
  /** Stops the daemon, once what was answered is on its way. */
  stop(): void;
}

export interface DaemonOptions {
  places: Places;
  version: string;
  clock: Clock;
  start(context: ServiceContext): Promise<Service>;
  /** How long it stays with no client and nothing to do, in ms. Default: ten minutes. */
  idleMs?: number;
}

/**
 * Runs until it is told to stop, or is idle long enough, or no longer holds the lock. Gives the
 * process's exit code. The first line of standard output says how the start went.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const places = meetingPlaces(options.places);
  let lock: Lock;
  let log: Log;
  try {
    ensurePrivateFolder(places.runtime);
    const taken = takeLock(places.daemonLock, places.runtime);
    if ('holder' in taken) {
      report({ status: 'taken' });
      return 0;
    }
    lock = taken.lock;
    log = openLog({ path: places.daemonLog, now: options.clock.now });
  } catch (error) {
    report(failure(error));
    return 1;
  }
  exitOnBugs(log);
  try {
    await serveUntilStopped({ ...options, places }, lock, log);
    return 0;
  } catch (error) {
    log.error('could not start', error);
    report(failure(error));
    return 1;
  } finally {
    lock.release();
    log.close();
  }
}

async function serveUntilStopped(options: DaemonOptions, lock: Lock, log: Log): Promise<void> {
  const { places, version, clock, idleMs = 10 * 60_000 } = options;
  let server: Server | null = null;
  let stop = (_why: string) => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.once(signal, () => stop(signal));

  const service = await options.start({
    places,
    log,
    broadcast: (notification, params) => server?.broadcast(notification, params),
    clients: () => server?.clients ?? 0,
    focused: () => server?.focused ?? false,
    stop: () => stop('a client asked for it'),
  });
  try {
    server = await serve({
      socket: places.daemonSocket,
      handlers: service.handlers,
      version,
      clock,
      log,
    });
    log.info(`Tempest ${version} serves ${places.daemonSocket}`);
    const say = (line: string) => log.info(line);
    watchOver({ clock, idleMs, lock, server, busy: service.busy, stop, log: say });
    report({ status: 'ready' });
    log.info(`stops: ${await stopped}`);
    await server.close();
  } finally {
    await service.close();
  }
}

/** A daemon in an unknown state is worse than none: the next client starts a fresh one. */
function exitOnBugs(log: Log): void {
  const die = (error: unknown) => {
    log.error('a bug ends this daemon', error);
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

function failure(error: unknown): StartReport {
  if (error instanceof TempestError)
    return { status: 'failed', kind: error.kind, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return { status: 'failed', kind: 'internal', message, hint: '' };
}

/** Says it once. Afterwards standard output leads nowhere, and its reader sees the end. */
function report(first: StartReport): void {
  try {
    writeSync(1, formatReport(first));
  } catch {
    // Whoever started this daemon is gone; it serves others all the same.
  }
  closeSync(1);
  // The lowest free number is taken, so that nothing opened later becomes standard output.
  openSync('/dev/null', 'w');
}
