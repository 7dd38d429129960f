// Opens a conflict in a session's worktree for the person, after a checkpoint has kept what was there.
import { existsSync } from 'node:fs';
import {
  type Beginning,
  begin,
  commandsOf,
  refuseToBegin,
  withoutConflict,
} from '../ship/by-hand.ts';
import { hasMoved, refuseOther } from '../ship/landing.ts';
import { planMerge } from '../ship/merge.ts';
import { type ByHand, byHand } from '../ship/strategies.ts';
import { type ConflictedFile, conflictedFiles } from '../ship/unmerged.ts';
import { unfinishedIn } from '../worktree/unfinished.ts';
import type { ChangeCounter } from './changes.ts';
import type { Deps } from './deps.ts';
import type { Guard } from './guard.ts';
import { refuseInTurn } from './in-turn.ts';
import { refuseWithoutWorktree } from './no-worktree.ts';
import { commitsMove, type Expecting, formerBase, type Rewriting } from './rewrite.ts';
import type { Caller } from './ship.ts';
import type { Turns } from './turns.ts';

export interface WaitingConflict {
  by: ByHand;
  worktree: string;
  files: ConflictedFile[];
  /** Commands, to be typed in the worktree. */
  conclude: string;
  abort: string;
}

export interface OpenedConflict extends WaitingConflict {
  base: string;
  /** Of a rebase: the first line of the commit that conflicts. */
  stopsAt: string | null;
  /** The number of the checkpoint that keeps what was there before. */
  checkpoint: number;
}

export interface ResolvingByHand {
  /**
   * Begins the merge of the base, or the rebase on it, in the worktree, and stops at the conflict; nothing else is
   * touched. Throws `wrong-state` while a turn goes on, in the midst of another merge or the like, or without a conflict;
   * `unsaved-work` where anything is not committed, or an ignored file is in the way; and as `ship/by-hand.ts`.
   */
  open(
    id: string,
    o: Caller & Expecting & { by: ByHand; base?: string | undefined },
  ): Promise<OpenedConflict>;
  /** The merge or rebase that is not finished in the worktree, whoever has begun it; null without one. */
  waiting(id: string): Promise<WaitingConflict | null>;
}

async function waitingIn(worktree: string, by: ByHand): Promise<WaitingConflict> {
  return { by, worktree, files: await conflictedFiles(worktree, by), ...commandsOf(by) };
}

export function createByHand(
  { table }: Pick<Deps, 'table'>,
  {
    changes,
    turns,
    rewriting,
  }: {
    changes: Pick<ChangeCounter, 'touch'>;
    turns: Pick<Turns, 'keeping'>;
    rewriting: Pick<Rewriting, 'plan'>;
  },
  guard: Guard,
): ResolvingByHand {
  return {
    open: (id, { by, base: wanted, expected, env }) =>
      guard(id, async () => {
        const record = table.get(id);
        refuseInTurn(record, commitsMove);
        refuseWithoutWorktree(record);
        const { worktree, repo: root, base: own } = record;
        const base = wanted ?? own.ref;
        const plan =
          by === 'merge'
            ? { ...(await planMerge({ root, worktree, base })), stopsAt: null }
            : await rewriting.plan(id, { base });
        const { tip, head, conflicts } = plan;
        refuseOther<{ tip: string; head: string }>(expected, plan, hasMoved(base));
        const former = by === 'merge' || base === own.ref ? [] : await formerBase(worktree, own);
        const what: Beginning = { by, base, tip, head, former };
        // One that can't be leaves no checkpoint.
        await refuseToBegin(worktree, what);
        if (conflicts.length === 0) throw withoutConflict(what);
        const why = by === 'merge' ? `before a merge of ${base}` : `before a rebase on ${base}`;
        try {
          return await turns.keeping(id, why, async ({ number }) => {
            await begin({ cwd: worktree, env }, what);
            await table.update(id, { unfinished: by });
            const { stopsAt } = plan;
            return { ...(await waitingIn(worktree, by)), base, stopsAt, checkpoint: number };
          });
        } finally {
          changes.touch(id);
        }
      }),
    waiting: async (id) => {
      const { worktree } = table.get(id);
      const found = existsSync(worktree) ? await unfinishedIn(worktree) : null;
      const by = byHand.find((one) => one === found?.operation);
      return by ? await waitingIn(worktree, by) : null;
    },
  };
}
