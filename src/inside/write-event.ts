// How a program that runs inside an agent leaves its events in the session's spool folder.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type WriteEvent = (name: string, payload: object) => void;

/**
 * Writes each event into `spool`, whole or not at all; without a folder, or into one that is gone, none.
 * It never throws, and takes no longer than the disk does.
 */
export function eventWriter(spool: string | null): WriteEvent {
  return (name, payload) => {
    if (spool === null) return;
    // Files of one tick of the clock are read in the order of their names.
    const since = process.hrtime.bigint().toString().padStart(20, '0');
    const draft = join(spool, `.${since}-${process.pid}`);
    try {
      writeFileSync(draft, JSON.stringify(payload), { mode: 0o600 });
      renameSync(draft, join(spool, `${since}-${process.pid}.${name}`));
    } catch {
      // Nobody listens, or the disk is full: work goes on.
    }
  };
}
