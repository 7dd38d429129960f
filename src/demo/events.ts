// How the demo agent speaks of itself: a file for each event, as the hooks of agent CLIs write it.
import type { DemoEvent } from '../core/agents/demo-events.ts';
import { eventWriter } from '../inside/write-event.ts';

/** Writes each event into `spool`, whole or not at all; without a folder, or into one that is gone, none. */
export function speaker(spool: string | null, conversation: string): (event: DemoEvent) => void {
  const write = eventWriter(spool);
  return ({ kind, ...payload }) => write(kind, { ...payload, conversation });
}
