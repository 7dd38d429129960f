// What the daemon serves: the session service behind the table of methods.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  return async ({ places, log, broadcast, clients, stop }: ServiceContext): Promise<Service> => {
    const announce = (event: TableEvent) => {
      if (event.kind === 'changed') broadcast('session/changed', { session: event.session });
      else broadcast('session/removed', { id: event.id, revision: event.revision });
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
      close: async () => service.close(),
    };
  };
}
