// What the daemon serves: the session service behind the table of methods.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from './core/clock.ts';
import { loadConfig } from './core/config.ts';
import { createDesktop } from './core/desktop.ts';
import { openService } from './core/session/service.ts';
import type { TableEvent } from './core/session/table.ts';
import { version } from './core/version.ts';
import type { Service, ServiceContext } from './rpc/daemon.ts';
import { createHandlers } from './rpc/handlers.ts';
import { connectHost } from './terminal/client.ts';
import { startHost } from './terminal/start.ts';

export interface ServeSessions {
  env: NodeJS.ProcessEnv;
  /** The folder of the built programs. */
  programs?: string;
  /** See Deps.onStep: tests end the process between two steps. */
  onStep?: (step: string) => Promise<void> | void;
}

/** Gives the function by which the daemon starts its service. */
export function serveSessions(options: ServeSessions) {
  const { env, programs = dirname(fileURLToPath(import.meta.url)), onStep } = options;
  return async (context: ServiceContext): Promise<Service> => {
    const { places, log, broadcast, clients, focused, stop } = context;
    const desktop = createDesktop({
      command: async () => (await loadConfig(places.config)).notify,
      focused,
      env,
      clock: systemClock,
      log: (line) => log.info(line),
    });
    const announce = (event: TableEvent) => {
      if (event.kind === 'changed') {
        broadcast('session/changed', { session: event.session });
        desktop.changed(event.session, event.before);
      } else {
        broadcast('session/removed', { id: event.id, revision: event.revision });
        desktop.gone(event.id);
      }
    };
    const service = await openService({
      places,
      env,
      programs,
      connectHost: () => connectHost(places.hostSocket).catch(() => null),
      startHost: () =>
        startHost({
          socket: places.hostSocket,
          program: `${programs}/terminal-host.js`,
          log: places.daemonLog,
        }),
      onChange: announce,
      onReview: (session) => broadcast('review/changed', { session }),
      onOutlook: (repo, outlook) => broadcast('conflict/changed', { repo, ...outlook }),
      log: (line) => log.info(line),
      ...(onStep && { onStep }),
    });
    const handlers = createHandlers({
      places,
      service,
      env,
      version,
      startedAt: Date.now(),
      clients,
      stop,
    });
    return {
      handlers,
      busy: () => service.isBusy(),
      close: async () => {
        desktop.stop();
        await service.close();
      },
    };
  };
}
