// Rewrites a session's own commits: on the newest of its base, or as one. A checkpoint keeps what was there before.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasMoved, refuseOther } from '../ship/landing.ts';
import { planRebase, type RebasePlan, rebase, refuse, tipOf } from '../ship/rebase.ts';
import { planSquash, type SquashPlan, squash } from '../ship/squash.ts';
import { idOf, plumbing } from '../worktree/plumbing.ts';
import type { ChangeCounter } from './changes.ts';
import { type Deps, scratchFolder } from './deps.ts';
import type { Guard } from './guard.ts';
import { refuseInTurn } from './in-turn.ts';
import { refuseWithoutWorktree } from './no-worktree.ts';
import type { SessionRecord } from './record.ts';
import type { Caller } from './ship.ts';
import type { Turns } from './turns.ts';

export interface Rewritten {
  base: string;
  /** Where the session's branch was, and is now. */
  from: string;
  to: string;
  /** The number of the checkpoint that keeps what was there before. */
  checkpoint: number;
}

/** The branch that the session was based on before. */
interface Former {
  former: string;
}

/** The plan that the person saw: anything else is refused. */
export interface Expecting {
  expected?: Pick<RebasePlan, 'tip' | 'head'> | undefined;
}

export interface Rewriting {
  /** What a rebase would do; changes nothing. */
  plan(id: string, o: { base?: string | undefined }): Promise<RebasePlan & Former>;
  /**
   * On another base than before, that is the session's base from then on, and only the session's own commits go there.
   * Throws `wrong-state` while a turn goes on, and as `ship/rebase.ts`.
   */
  rebase(
    id: string,
    o: Caller & { base?: string | undefined } & Expecting,
  ): Promise<Rewritten & Former>;
  /** What a squash would do. Throws as that does. */
  planSquash(id: string): Promise<SquashPlan>;
  /** The message is the session's prompt, unless given. Throws `wrong-state` while a turn goes on, or with nothing to squash. */
  squash(
    id: string,
    o: Caller & { message?: string | undefined } & Expecting,
  ): Promise<Rewritten & { commits: number }>;
}

/** Why no commit is moved while a turn goes on. */
export const commitsMove = 'its agent would not know that its commits have changed';

export function createRewriting(
  deps: Pick<Deps, 'table' | 'places'>,
  changes: Pick<ChangeCounter, 'touch' | 'count'>,
  turns: Pick<Turns, 'keeping'>,
  guard: Guard,
): Rewriting {
  const { table } = deps;
  const placeOf = async (record: SessionRecord, base = record.base.ref) => {
    const folder = scratchFolder(deps, record);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { worktree, base: own } = record;
    const former = base === own.ref ? [] : await formerBase(worktree, own);
    return { worktree, base, former, scratch: join(folder, 'rebase-index') };
  };

  const planned = async (id: string, base: string | undefined) => {
    const record = table.get(id);
    refuseWithoutWorktree(record);
    const place = await placeOf(record, base);
    const counted = await changes.count(id);
    const plan = await planRebase({ ...place, tree: counted?.tree ?? '' });
    return { place, plan: { ...plan, former: record.base.ref } };
  };

  return {
    plan: async (id, { base }) => (await planned(id, base)).plan,
    rebase: (id, { base, env, expected }) =>
      guard(id, async () => {
        refuseInTurn(table.get(id), commitsMove);
        const { place, plan } = await planned(id, base);
        refuseOther<{ tip: string; head: string }>(expected, plan, hasMoved(plan.base));
        const { former, head, tip } = plan;
        const { base: onto } = place;
        // On another base already: it only has to be called that.
        const isThere = onto !== former && plan.behind === 0 && plan.leaves === 0;
        // One that can't be leaves no checkpoint.
        if (!isThere) refuse(plan);
        const why = `before a rebase on ${onto}`;
        const rebased = await turns.keeping(id, why, async ({ number, tree }, checkpoint) => ({
          ...(isThere
            ? { base: onto, from: head, to: head }
            : await rebase({ ...place, tree, env }, checkpoint)),
          checkpoint: number,
          former,
        }));
        const { begunAt, base: from } = table.get(id);
        await table.update(id, {
          base: { ref: onto, commit: tip },
          begunAt: begunAt ?? from.commit,
        });
        changes.touch(id);
        return rebased;
      }),
    planSquash: async (id) => {
      const record = table.get(id);
      refuseWithoutWorktree(record);
      return await planSquash(record.worktree, record.base.ref);
    },
    squash: (id, { message, env, expected }) =>
      guard(id, async () => {
        const record = table.get(id);
        const { worktree, base, prompt, name } = record;
        refuseInTurn(record, commitsMove);
        refuseWithoutWorktree(record);
        const plan = await planSquash(worktree, base.ref);
        refuseOther<{ tip: string; head: string }>(expected, plan, hasMoved(plan.base));
        const text = message ?? (prompt.trim() === '' ? name : prompt);
        const squashed = await turns.keeping(id, 'before a squash', async ({ number }) => {
          const to = await squash({ cwd: worktree, env }, plan, text);
          return { base: base.ref, from: plan.head, to, checkpoint: number, commits: plan.commits };
        });
        changes.touch(id);
        return squashed;
      }),
  };
}

/** Where a base is now, and where it was when the session was begun: it may have been rewritten, or be gone. */
export async function formerBase(
  cwd: string,
  { ref, commit }: SessionRecord['base'],
): Promise<string[]> {
  const run = plumbing({ cwd });
  const found = await Promise.all([
    tipOf(cwd, ref).catch(() => null),
    idOf(run, `${commit}^{commit}`),
  ]);
  return found.filter((id) => id !== null);
}
