// Empties the trash: soon after a removal, later where something still works in it, and forgets in the end.
import type { Timer } from '../clock.ts';
import type { Deps } from './deps.ts';
import type { Guard } from './guard.ts';
import { tendRemoved } from './reconcile.ts';

export interface Sweeper {
  /** A session was removed: its trash is looked at until it is empty, after ever longer pauses. */
  removed(id: string): void;
  stop(): void;
}

/** Until the trash of one session is looked at again, in ms: doubled up to where all are looked at anyway. */
const firstPauseMs = 1_000;
/** How often all trash is looked at again, in ms. */
const sweepMs = 10 * 60 * 1000;

export function createSweeper(deps: Deps, guard: Guard): Sweeper {
  const { table, clock, log } = deps;
  const waiting = new Map<string, Timer>();

  const tend = (id: string) =>
    guard(id, async () => {
      if (table.has(id) && table.get(id).removed) await tendRemoved(deps, id);
    }).catch((error) => log(`${error}`));
  const later = (id: string, pause: number) => {
    waiting.get(id)?.cancel();
    waiting.delete(id);
    if (pause >= sweepMs || !table.has(id) || !table.get(id).trash) return;
    const look = () => void tend(id).then(() => waiting.has(id) && later(id, pause * 2));
    waiting.set(id, clock.after(pause, look));
  };
  const sweepAll = () => {
    for (const { id, removed } of table.all()) if (removed) void tend(id);
  };
  const sweeper = setInterval(sweepAll, sweepMs);
  sweeper.unref();

  return {
    removed: (id) => later(id, firstPauseMs),
    stop() {
      clearInterval(sweeper);
      for (const timer of waiting.values()) timer.cancel();
      waiting.clear();
    },
  };
}
