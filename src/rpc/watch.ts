// Ends a daemon that nobody needs, or that nobody can reach any more.
import type { Clock } from '../core/clock.ts';
import type { Lock } from './lock.ts';
import type { Server } from './server.ts';

export interface Watched {
  clock: Clock;
  /** How long the daemon stays with no client and nothing to do, in ms. */
  idleMs: number;
  lock: Pick<Lock, 'holds'>;
  server: Pick<Server, 'clients' | 'reachable'>;
  busy(): boolean;
  stop(why: string): void;
}

/** How often to look, in ms. */
const heartbeat = 60_000;

/**
 * Looks every minute until it stops the daemon: once it was idle for long enough at every look, or
 * once its lock or socket was removed, as cleaners of /tmp and the end of a login do.
 */
export function watchOver({ clock, idleMs, lock, server, busy, stop }: Watched): void {
  const period = Math.min(heartbeat, idleMs);
  let idle = 0;
  const look = () => {
    idle = server.clients > 0 || busy() ? 0 : idle + period;
    if (!lock.holds()) stop('its lock is gone');
    else if (!server.reachable()) stop('its socket is gone');
    else if (idle >= idleMs) stop('idle');
    else clock.after(period, look);
  };
  clock.after(period, look);
}
