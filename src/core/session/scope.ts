// The scopes of a review: which two trees are compared.
import { TempestError } from '../errors.ts';
import type { Checkpoint } from '../review/checkpoints.ts';
import { isThere } from '../review/seen.ts';
import type { Scope } from '../review/words.ts';
import { headOf } from '../worktree/last-head.ts';
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

/** What is compared: by default all that changed since the base. One of them alone, but `from` and `to`. */
export interface Between {
  scope?: Scope | undefined;
  /** The turn that this checkpoint ended. */
  turn?: number | undefined;
  /** Checkpoints: the left side, or the base, and the right one, or the worktree as it is now. */
  from?: number | undefined;
  to?: number | undefined;
}

/** The two trees (or commits). Throws `unknown-checkpoint`. */
export async function sidesOf(
  { scope = 'all', turn, from, to }: Between,
  parts: ScopeParts,
): Promise<{ base: string; tree: string }> {
  if (turn !== undefined) return turnTrees(parts, turn);
  const { base, tree } = await scopeTrees(scope, parts);
  const kept = (number: number) => checkpointOf(parts, number).found.tree;
  return {
    base: from === undefined ? base : kept(from),
    tree: to === undefined ? tree : kept(to),
  };
}

/** What has no beginning of its own begins at the base. */
async function scopeTrees(
  scope: Scope,
  parts: ScopeParts,
): Promise<{ base: string; tree: string }> {
  const { record, base, tree, checkpoints } = parts;
  switch (scope) {
    case 'all':
      return { base, tree };
    case 'seen': {
      const { repo, seenTree } = record;
      return { base: seenTree && (await isThere(repo, seenTree)) ? seenTree : base, tree };
    }
    case 'uncommitted': {
      const run = plumbing({ cwd: record.worktree });
      return { base: await headOf(run), tree };
    }
    case 'turn': {
      // Hunks may be rejected in the midst of a turn.
      const moves = checkpoints.filter(({ ending }) => ending !== 'reject');
      return { base: beforeLastTurn({ ...parts, checkpoints: moves }), tree };
    }
  }
}

/**
 * Where the last turn began of which the files still tell. A rewind leads back to the turns before the
 * checkpoint; after a rebase nothing but what came since can be told from what the base brought.
 */
function beforeLastTurn(parts: ScopeParts): string {
  const { record, checkpoints } = parts;
  const isInTurn = record.status === 'working' || record.status === 'waiting';
  let at = checkpoints.length - 1;
  if (isInTurn) return heldAfter(at, parts);
  while (at >= 0) {
    const { ending, tree, after } = checkpoints[at] as Checkpoint;
    if (ending !== 'rewind') return heldAfter(at - 1, parts);
    if (after === null || after === tree) at -= 1;
    else {
      const to = checkpoints.findLastIndex((one, index) => index < at && one.tree === after);
      if (to < 0) return after;
      // That of a rewind holds what the turns before it had made.
      at = checkpoints[to]?.ending === 'rewind' ? to - 1 : to;
    }
  }
  return heldAfter(-1, parts);
}

/** What the next turn after a checkpoint began with; before the first, what the session did. */
function heldAfter(index: number, { record, base, checkpoints }: ScopeParts): string {
  const found = checkpoints[index];
  if (found) return found.after ?? found.tree;
  if (record.fork) return record.fork.tree;
  // A rebase since then has moved the merge-base, too. An adopted branch had commits of its own by then.
  return record.adopted || checkpoints.length === 0 ? base : (record.begunAt ?? record.base.commit);
}

/** What happened in one turn. */
function turnTrees(parts: ScopeParts, number: number): { base: string; tree: string } {
  const { at, found } = checkpointOf(parts, number);
  const before = parts.checkpoints.findLastIndex(
    ({ ending }, index) => index < at && ending !== 'reject',
  );
  return { base: heldAfter(before, parts), tree: found.tree };
}

function checkpointOf({ checkpoints }: ScopeParts, number: number) {
  const at = checkpoints.findIndex((one) => one.number === number);
  const found = checkpoints[at];
  if (found) return { at, found };
  const hint = 'See `tempest checkpoints`, `:TempestRewind`.';
  throw new TempestError('unknown-checkpoint', `there is no checkpoint ${number}`, hint);
}
