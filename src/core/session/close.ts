// Ends a session's agent for good: its terminal, its process group and whatever it left running.
import { endTree } from '../process-tree.ts';
import type { Deps } from './deps.ts';
import { lastWords } from './last-words.ts';
import { learnConversation } from './launch.ts';
import { closedAt, terminalId } from './record.ts';

/** How long a program may take to end by itself, in ms. */
const graceMs = 6_000;
/** Of no process: then the mark alone says what belongs to the session. */
const nobody = { pid: -1, startTime: '' };

/**
 * Ends the agent; worktree, branch and conversation stay. Closing a closed session does nothing. The agent is ended also
 * where that can't be written down; then this throws all the same.
 */
export async function closeSession(deps: Deps, id: string): Promise<void> {
  const { status, task } = deps.table.get(id);
  if (status === 'closed' && task === null) return;
  try {
    await deps.table.update(id, { task: 'close' });
  } catch (error) {
    // It may be what has filled the disk.
    await endAgent(deps, id);
    throw error;
  }
  await deps.onStep('close:recorded');
  if (deps.table.get(id).heard?.speaks) await lastWords(deps, id);
  await learnConversation(deps, id);
  await endAgent(deps, id);
  await deps.onStep('close:ended');
  await deps.table.update(id, closedAt(deps.now()));
  await deps.onStep('close:done');
}

/** Ends the terminal and all that carries the session's mark. Resolves when none of it lives. */
export async function endAgent(deps: Deps, id: string): Promise<void> {
  const host = await deps.terminals.running();
  for (const terminal of await deps.terminals.list()) {
    if (!terminal.id.startsWith(`${id}.`)) continue;
    if (!terminal.exit) await host?.call('end', { terminal: terminal.id, graceMs });
    await host?.call('forget', { terminal: terminal.id });
  }
  await endLeftovers(deps, id);
}

/** Ends what outlived the terminal: the agent's own process tree, and all that bears the session's mark. */
export async function endLeftovers(deps: Deps, id: string): Promise<void> {
  const { process } = deps.table.get(id);
  const gone = await endTree(process ?? nobody, { graceMs, mark: id });
  if (!gone) deps.log(`some process of ${id} can't be ended`);
}

/** The screen of an ended agent is kept until the next start; drop those of older generations. */
export async function forgetOldTerminals(deps: Deps, id: string): Promise<void> {
  const record = deps.table.get(id);
  const host = await deps.terminals.running();
  for (const terminal of await deps.terminals.list()) {
    const old = terminal.id.startsWith(`${id}.`) && terminal.id !== terminalId(record);
    if (!old) continue;
    if (!terminal.exit) await host?.call('end', { terminal: terminal.id, graceMs });
    await host?.call('forget', { terminal: terminal.id });
  }
}
