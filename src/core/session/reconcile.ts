// At the daemon's start: compares what the store intended with what git, the file system and the
// terminal host say, and repairs forward. Nothing is dropped for being unknown.
import { existsSync } from 'node:fs';
import type { TerminalState } from '../../terminal/protocol.ts';
import { forgetCheckpoints } from '../review/checkpoints.ts';
import { forgetKept } from '../worktree/restore.ts';
import { closeSession, endLeftovers, forgetOldTerminals } from './close.ts';
import { finishCreation } from './create.ts';
import type { Deps } from './deps.ts';
import type { Guard } from './guard.ts';
import { settleMerge } from './merging.ts';
import { isLive, isPrompted, type SessionRecord, terminalId } from './record.ts';
import { finishRemoval, sweepTrash } from './remove.ts';
import { finishRestore } from './restore.ts';
import { startAgent } from './start.ts';

/**
 * Puts every session right. When it resolves, the list is true and every session's pending work has
 * its place in the queue; what it resolves with resolves when that work is done.
 * A session that can't be put right is told to the log, and the others go on.
 */
export async function reconcile(deps: Deps, guard: Guard): Promise<{ done: Promise<void> }> {
  const terminals = new Map(
    (await deps.terminals.list()).map((terminal) => [terminal.id, terminal]),
  );
  for (const { id } of deps.table.all()) await catchUp(deps, id, terminals);
  const works = deps.table.all().map(({ id }) =>
    guard(id, () => takeUp(deps, id, terminals)).catch((error) => {
      deps.log(`reconciling ${id}: ${error}`);
    }),
  );
  return { done: Promise.all(works).then(() => {}) };
}

/** Adopts a terminal that outlived the last daemon, or sees that the agent is gone. */
async function catchUp(
  deps: Deps,
  id: string,
  terminals: Map<string, TerminalState>,
): Promise<void> {
  const record = deps.table.get(id);
  const terminal = terminals.get(terminalId(record));
  if (terminal && wasStarting(record)) return await adopt(deps, id, terminal);
  // What the agent said itself meanwhile comes first: signals only fill the gaps.
  if (isLive(record)) await deps.listening.follow(id);
  if (isLive(record) && record.task === null) {
    if (terminal) deps.status.caughtUp(id, terminal.signals);
    if (terminal?.exit) deps.status.exited(id, terminal.exit);
    if (!terminal && record.boot === deps.boot)
      deps.status.exited(id, { code: null, signal: null });
  }
}

/** The daemon ended after the agent was started and before that was written down. */
async function adopt(deps: Deps, id: string, terminal: TerminalState): Promise<void> {
  const record = deps.table.get(id);
  const process = { pid: terminal.pid, startTime: terminal.startTime };
  const begun = { status: 'starting' as const, statusAt: terminal.startedAt, provisioned: true };
  void deps.table.note(id, { task: null, process, ...begun });
  deps.status.started(id, { prompted: isPrompted(record) });
  await deps.listening.follow(id);
  deps.status.caughtUp(id, terminal.signals);
  if (terminal.exit) deps.status.exited(id, terminal.exit);
}

function wasStarting(record: SessionRecord): boolean {
  // A creation writes down its first start before it comes to it.
  return (record.task === 'start' || record.task === 'create') && record.generation > 0;
}

async function takeUp(
  deps: Deps,
  id: string,
  terminals: Map<string, TerminalState>,
): Promise<void> {
  const record = deps.table.get(id);
  switch (record.task) {
    case 'create':
      // Its setup command may still be running, and would run beside itself.
      await endLeftovers(deps, id);
      return await finishCreation(deps, id, {});
    case 'start':
      // No terminal came of it: the same start again, under the same generation.
      await deps.table.update(id, { generation: record.generation - 1 });
      return await startAgent(deps, id, {});
    case 'close':
      return await closeSession(deps, id);
    case 'remove':
      return await finishRemoval(deps, id);
    case 'restore':
      return await finishRestore(deps, id, {});
    case null:
      return await settle(deps, id, terminals);
  }
}

/** Brings a session on which nothing is under way to rest: old terminals, leftovers, the trash. */
async function settle(
  deps: Deps,
  id: string,
  terminals: Map<string, TerminalState>,
): Promise<void> {
  await settleMerge(deps, id);
  const record = deps.table.get(id);
  if (record.removed) return await tendRemoved(deps, id);
  await forgetOldTerminals(deps, id);
  const terminal = terminals.get(terminalId(record));
  // The host died and left something running: its terminal is gone, so it can't be used any more.
  if (!terminal && record.process) {
    await endLeftovers(deps, id);
    await deps.table.update(id, { process: null });
  }
  if (isLive(record) && !terminal) await startAfterBoot(deps, record);
}

/** The machine was started anew: agents that can take up their conversation do so, once. */
async function startAfterBoot(deps: Deps, record: SessionRecord): Promise<void> {
  if (record.boot === deps.boot) return;
  await deps.table.update(record.id, { boot: deps.boot });
  const exit = { code: null, signal: null };
  const gone = { status: 'exited' as const, exit, reason: 'ended with the machine', process: null };
  await deps.table.update(record.id, { ...gone, statusAt: deps.now() });
  if (record.command || !existsSync(record.worktree)) return;
  await startAgent(deps, record.id, {});
}

/** Empties the trash as far as it may be; forgets the session for good once its thirty days are over. */
export async function tendRemoved(deps: Deps, id: string): Promise<void> {
  await sweepTrash(deps, id);
  const { removed, trash, repo } = deps.table.get(id);
  if (!removed || removed.expiresAt > deps.now() || trash) return;
  if (existsSync(repo)) {
    await forgetKept(repo, id);
    await forgetCheckpoints(repo, id);
  }
  await deps.marks.forget(id);
  await deps.comments.forget(id);
  await deps.table.forget(id);
}
