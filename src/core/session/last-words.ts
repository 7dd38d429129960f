// Waits until an agent has written down what it has just said.
import { setTimeout as delay } from 'node:timers/promises';
import type { Deps } from './deps.ts';

/** Agents tell the end of a turn before its last words are in their record. Ms. */
const settleMs = 1_000;

/** Who forks a conversation, or ends its agent, at once would do it without the last answer. */
export async function lastWords(deps: Deps, id: string, signal?: AbortSignal): Promise<void> {
  const { status, statusAt } = deps.table.get(id);
  const since = deps.now() - statusAt;
  if (status !== 'idle' || since < 0 || since >= settleMs) return;
  await delay(settleMs - since, undefined, { signal });
}
