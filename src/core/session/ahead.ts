// What a creation does while git fills the worktree, so that little is left to do when git is done.
import type { Deps, Launching } from './deps.ts';
import { findProvisions, type Provisions } from './provision.ts';
import { type PreparedStart, prepareStart } from './start.ts';

export interface Ahead {
  /** Undefined where the worktree was provided for before. */
  provisions?: Provisions | undefined;
  /** Undefined where the start is to be chosen later: it depends on what is in the worktree, or is not the first. */
  start?: PreparedStart | undefined;
}

/** Throws what either of the two throws, once both have ended. */
export async function lookAhead(deps: Deps, id: string, launching: Launching): Promise<Ahead> {
  const { provisioned, generation, task, fork } = deps.table.get(id);
  const isFirst = task === 'create' && generation === 0 && fork === null;
  const both = [
    provisioned ? undefined : findProvisions(deps, id, launching),
    isFirst ? prepareStart(deps, id, launching) : undefined,
  ] as const;
  await Promise.allSettled(both);
  const [provisions, start] = await Promise.all(both);
  return { provisions, start };
}

/** Takes back that a first start was prepared: it did not come to that. */
export async function forgetPrepared(deps: Deps, id: string): Promise<void> {
  if (deps.table.get(id).task !== 'create' || deps.table.get(id).generation === 0) return;
  await deps.listening.forget(id);
  await deps.table.update(id, { generation: 0, conversation: null, launch: null });
}
