// Ships a session's work: commit it, see what a merge would do, merge, and take the last merge back.
import { TempestError } from '../errors.ts';
import { takeBack } from '../ship/base-branch.ts';
import { commitAll } from '../ship/commit.ts';
import { type Merged, type MergePlan, mergeIntoBase, planMerge } from '../ship/merge.ts';
import { type PullRequest, pushForReview } from '../ship/pull-request.ts';
import type { Strategy } from '../ship/strategies.ts';
import type { ChangeCounter } from './changes.ts';
import type { Deps } from './deps.ts';
import type { Guard } from './guard.ts';
import type { SessionRecord } from './record.ts';

export interface Shipping {
  /** Commits all that is not ignored. Null: there was nothing. Throws `wrong-state` while a turn goes on. */
  commit(id: string, o: { message?: string | undefined }): Promise<{ commit: string | null }>;
  plan(id: string, o: { base?: string | undefined }): Promise<MergePlan>;
  merge(id: string, o: MergeOptions): Promise<Merged>;
  /** Pushes the session's branch; see `pushForReview`. */
  push(id: string, o: { signal?: AbortSignal | undefined }): Promise<PullRequest>;
  /** Takes the session's last merge back. Throws `wrong-state` when there is none. */
  undo(id: string): Promise<Merged>;
}

export interface MergeOptions {
  strategy: Strategy;
  base?: string | undefined;
  /** Default: the session's prompt. */
  message?: string | undefined;
  /** The plan that the person saw: anything else is refused. */
  expected?: Pick<MergePlan, 'tip' | 'head'> | undefined;
}

export function createShipping(
  deps: Pick<Deps, 'table' | 'now' | 'env'>,
  changes: Pick<ChangeCounter, 'touch'>,
  guard: Guard,
): Shipping {
  const { table } = deps;
  const placeOf = (record: SessionRecord, base = record.base.ref) => {
    return { root: record.repo, worktree: record.worktree, base };
  };

  return {
    commit: (id, { message }) =>
      guard(id, async () => {
        const record = table.get(id);
        refuseInTurn(record);
        const { worktree } = record;
        const commit = await commitAll({ worktree, message: message ?? defaultMessage(record) });
        changes.touch(id);
        return { commit };
      }),
    plan: (id, { base }) => planMerge(placeOf(table.get(id), base)),
    merge: (id, { base, message, ...o }) =>
      guard(id, async () => {
        const record = table.get(id);
        const text = message ?? defaultMessage(record);
        const merged = await mergeIntoBase(placeOf(record, base), { ...o, message: text });
        await table.update(id, { merged: { ...merged, at: deps.now() } });
        changes.touch(id);
        return merged;
      }),
    push: (id, { signal }) => {
      const { worktree, branch, base } = table.get(id);
      return pushForReview({ worktree, branch, base: base.ref, env: deps.env, signal });
    },
    undo: (id) =>
      guard(id, async () => {
        const { name, merged, repo: root } = table.get(id);
        if (!merged) {
          const hint = 'Only the last merge of a session can be taken back.';
          throw new TempestError('wrong-state', `${name} was not merged`, hint);
        }
        const { base, from, to } = merged;
        await takeBack({ root, branch: base, from, to });
        await table.update(id, { merged: null });
        changes.touch(id);
        return { base, from: to, to: from };
      }),
  };
}

/** What the session was begun for. */
function defaultMessage({ prompt, name }: SessionRecord): string {
  return prompt.trim() === '' ? name : prompt;
}

function refuseInTurn({ name, status }: SessionRecord): void {
  if (status !== 'working' && status !== 'waiting') return;
  throw new TempestError(
    'wrong-state',
    `${name} is ${status}: half of its work would be committed`,
    'Wait for the end of its turn: `tempest wait`.',
  );
}
