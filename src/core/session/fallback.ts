// What becomes of a conversation that can't be resumed: once, a new one in its place, and a word about it.
import { TempestError } from '../errors.ts';
import type { Deps } from './deps.ts';
import type { Guard } from './guard.ts';
import type { SessionRecord } from './record.ts';
import { startAgent } from './start.ts';

/** An agent that ends sooner than this, in ms, with an error and without a word never got to its conversation. */
const soonMs = 15_000;

/** Whether the agent ended because it could not resume. One that was started anew is never started again. */
export function couldNotResume(record: SessionRecord, now: number): boolean {
  const { launch, status, exit, heard } = record;
  if (launch !== 'resume' || status !== 'exited' || !exit?.code || !heard) return false;
  return !heard.speaks && now - heard.since < soonMs;
}

/** Starts a new conversation in the same worktree. A failure is for the log: the session is `exited` then. */
export async function startAnew(deps: Deps, guard: Guard, id: string): Promise<void> {
  await guard(id, async () => {
    if (!deps.table.has(id) || !couldNotResume(deps.table.get(id), deps.now())) return;
    const { name, conversation } = deps.table.get(id);
    deps.log(`${name} (${id}): conversation ${conversation} could not be resumed, starting anew`);
    await startAgent(deps, id, {}, { anew: true });
  }).catch((error) => {
    if (error instanceof TempestError) return deps.log(`starting ${id} anew: ${error.message}`);
    throw error;
  });
}
