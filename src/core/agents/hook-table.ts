// Hooks as the settings of several CLIs hold them: by the event's name, groups of commands.
import { hookCommand } from './hook.ts';

export type HookTable = Record<string, { hooks: { type: 'command'; command: string }[] }[]>;

/** A table that leaves each of these events in the spool folder, under its own name. */
export function hookTable(spool: string, events: readonly string[]): HookTable {
  const entries = events.map((event) => {
    const command = { type: 'command' as const, command: hookCommand(spool, event) };
    return [event, [{ hooks: [command] }]];
  });
  return Object.fromEntries(entries);
}
