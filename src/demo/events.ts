// How the demo agent speaks of itself: a file for each event, as the hooks of agent CLIs write it.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoEvent } from '../core/agents/demo-events.ts';

/** Writes each event into `spool`, whole or not at all; without a folder, or into one that is gone, none. */
export function speaker(spool: string | null, conversation: string): (event: DemoEvent) => void {
  return ({ kind, ...payload }) => {
    if (spool === null) return;
    // Files of one tick of the clock are read in the order of their names.
    const since = process.hrtime.bigint().toString().padStart(20, '0');
    const draft = join(spool, `.${process.pid}`);
    try {
      writeFileSync(draft, JSON.stringify({ ...payload, conversation }), { mode: 0o600 });
      renameSync(draft, join(spool, `${since}-${process.pid}.${kind}`));
    } catch {
      // Nobody listens, or the disk is full: work goes on.
    }
  };
}
