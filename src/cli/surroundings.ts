// What a session's agent takes over from the terminal it is started in.
import type { Context } from './context.ts';

/** The environment, for the agent. */
export function plainEnvironment({ env }: Context): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Columns and rows of the terminal, within what the protocol takes; nothing without one. */
export function terminalSize({ stdout }: Context): { cols?: number; rows?: number } {
  if (!stdout.isTTY || !stdout.columns || !stdout.rows) return {};
  return { cols: clamp(stdout.columns, 2, 1000), rows: clamp(stdout.rows, 1, 1000) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
