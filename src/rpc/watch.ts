// Ends a daemon that nobody needs, or whose records are another's now; and keeps it within reach.
import type { Clock, Timer } from '../core/clock.ts';
import type { Lock } from './lock.ts';
import type { Server } from './server.ts';

export interface Watched {
  clock: Clock;
  /** How long the daemon stays with no client and nothing to do, in ms. */
  idleMs: number;
  lock: Pick<Lock, 'holds'>;
  server: Pick<Server, 'clients' | 'reachable' | 'onChange' | 'listenAgain'>;
  busy(): boolean;
  stop(why: string): void;
  log(line: string): void;
}

/** How often to look, in ms. */
const heartbeat = 60_000;
/** While nobody can come in, in ms: its folder may not be there before the next login. */
const outOfReach = 2_000;

/**
 * Looks every minute until it stops the daemon: once it was idle for long enough at every look, or once its lock was
 * removed. Where its socket was, as cleaners of /tmp and the end of a login do, it is made anew, as soon as it can be.
 */
export function watchOver({ clock, idleMs, lock, server, busy, stop, log }: Watched): void {
  const period = Math.min(heartbeat, idleMs);
  let idle = 0;
  let mending: Timer | 'now' | null = null;
  const look = () => {
    idle = server.clients > 0 || busy() ? 0 : idle + period;
    if (!lock.holds()) return stop('its lock is gone');
    if (idle >= idleMs) return stop('idle');
    mend();
    clock.after(period, look);
  };
  const mend = () => {
    if (mending || server.reachable()) return;
    mending = 'now';
    server.listenAgain().then(
      () => {
        mending = null;
        log('its socket was gone, and is there again');
      },
      () => {
        mending = clock.after(outOfReach, () => {
          mending = null;
          if (lock.holds()) mend();
        });
      },
    );
  };
  server.onChange(mend);
  clock.after(period, look);
}
