// The scopes of a review: which two trees are compared.
import { TempestError } from '../errors.ts';
import type { Checkpoint } from '../review/checkpoints.ts';
import type { Scope } from '../review/words.ts';
import { plumbing } from '../worktree/plumbing.ts';
import type { SessionRecord } from './record.ts';

export interface ScopeParts {
  record: SessionRecord;
  /** The merge-base with the base. */
  base: string;
  /** The worktree as it is now. */
  tree: string;
  checkpoints: readonly Checkpoint[];
}

/** The two trees (or commits) of a scope; what has no beginning of its own begins at the base. */
export async function scopeTrees(
  scope: Scope,
  { record, base, tree, checkpoints }: ScopeParts,
): Promise<{ base: string; tree: string }> {
  switch (scope) {
    case 'all':
      return { base, tree };
    case 'seen':
      return { base: record.seenTree ?? base, tree };
    case 'uncommitted': {
      const run = plumbing({ cwd: record.worktree });
      return { base: await run(['rev-parse', 'HEAD^{commit}']), tree };
    }
    case 'turn':
      return { base: beforeLastTurn(record, checkpoints) ?? base, tree };
  }
}

/** Where the last turn began: at the end of the one before, or at the last checkpoint while one goes on. */
function beforeLastTurn(
  { status, fork }: SessionRecord,
  checkpoints: readonly Checkpoint[],
): string | undefined {
  const isInTurn = status === 'working' || status === 'waiting';
  const turns = checkpoints.filter(({ ending }) => ending !== 'rewind');
  return turns.at(isInTurn ? -1 : -2)?.tree ?? fork?.tree;
}

/** What happened in one turn. Throws `unknown-checkpoint`. */
export function turnTrees(
  { record, base, checkpoints }: Omit<ScopeParts, 'tree'>,
  number: number,
): { base: string; tree: string } {
  const at = checkpoints.findIndex((one) => one.number === number);
  const found = checkpoints[at];
  if (!found) {
    const hint = 'See `tempest checkpoints`, `:TempestRewind`.';
    throw new TempestError('unknown-checkpoint', `there is no checkpoint ${number}`, hint);
  }
  return { base: checkpoints[at - 1]?.tree ?? record.fork?.tree ?? base, tree: found.tree };
}
