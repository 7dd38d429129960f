// Ships a session's work: commit it, see what a merge would do, merge, and take the last merge back.
import { join } from 'node:path';
import { TempestError } from '../errors.ts';
import { takeBack } from '../ship/base-branch.ts';
import { commitAll, mergeMessage } from '../ship/commit.ts';
import { type CommitPlan, planCommit } from '../ship/commit-plan.ts';
import { refuseOther } from '../ship/landing.ts';
import {
  type Landing,
  type Merged,
  type MergePlan,
  mergeIntoBase,
  planMerge,
} from '../ship/merge.ts';
import { type PullRequest, pushForReview } from '../ship/pull-request.ts';
import { keepStaged } from '../ship/staged.ts';
import type { Strategy } from '../ship/strategies.ts';
import type { ChangeCounter } from './changes.ts';
import { type Deps, scratchFolder } from './deps.ts';
import type { Guard } from './guard.ts';
import { refuseInTurn } from './in-turn.ts';
import { movingBase } from './merging.ts';
import { noWorktree, refuseWithoutWorktree } from './no-worktree.ts';
import type { SessionRecord } from './record.ts';
import type { Session } from './session.ts';

export interface Shipping {
  /** Commits all that is not ignored. Null: there was nothing. Throws `wrong-state` while a turn goes on. */
  commit(
    id: string,
    o: Caller & {
      message?: string | undefined;
      /** The plan that the person saw: anything else is refused. */
      expected?: Pick<CommitPlan, 'head' | 'tree'> | undefined;
    },
  ): Promise<{ commit: string | null }>;
  /** What a commit would hold; changes nothing. */
  planCommit(id: string): Promise<CommitPlan>;
  /** What a commit of the session may say. */
  words(id: string): Promise<{ prompt: string; last: string; merge: string | null }>;
  plan(id: string, o: { base?: string | undefined }): Promise<MergePlan & Pick<Session, 'check'>>;
  merge(id: string, o: MergeOptions): Promise<Merged>;
  /** Pushes the session's branch; see `pushForReview`. */
  push(id: string, o: Caller & { signal?: AbortSignal | undefined }): Promise<PullRequest>;
  /** Takes the session's last merge back. Throws `wrong-state` when there is none. */
  undo(id: string): Promise<Merged>;
}

/** Whose hooks, keys and programs are meant. */
export interface Caller {
  /** Their environment, in place of the daemon's. */
  env?: Record<string, string> | undefined;
}

export interface MergeOptions extends Caller {
  strategy: Strategy;
  base?: string | undefined;
  /** Default: the session's prompt. */
  message?: string | undefined;
  /** The plan that the person saw: anything else is refused. */
  expected?: Pick<MergePlan, 'tip' | 'head'> | undefined;
}

export function createShipping(
  deps: Pick<Deps, 'table' | 'now' | 'env' | 'places' | 'config'>,
  changes: Pick<ChangeCounter, 'touch' | 'count'>,
  guard: Guard,
): Shipping {
  const { table } = deps;
  const placeOf = (record: SessionRecord, base = record.base.ref) => {
    refuseWithoutWorktree(record);
    return { root: record.repo, worktree: record.worktree, base };
  };

  /** Those that land in one repository do so one after the other, each on what the one before has left. */
  const alone = <T>({ repo }: SessionRecord, work: () => Promise<T>) =>
    guard(`bases of ${repo}`, work);

  const plannedCommit = async (id: string) => {
    const counted = await changes.count(id);
    if (counted) return await planCommit(table.get(id).worktree, counted.tree);
    throw noWorktree(table.get(id));
  };

  return {
    planCommit: (id) => plannedCommit(id),
    commit: (id, { message, env, expected }) =>
      guard(id, async () => {
        const record = table.get(id);
        refuseInTurn(record, 'half of its work would be committed');
        refuseWithoutWorktree(record);
        const { worktree, name } = record;
        if (expected) {
          const { head, tree } = await plannedCommit(id);
          refuseOther(expected, { head, tree }, `${name} has changed since it was shown`);
        }
        const scratch = join(scratchFolder(deps, record), 'staged-index');
        await keepStaged({ worktree, session: id, scratch });
        const text = message ?? (await mergeMessage(worktree)) ?? defaultMessage(record);
        const commit = await commitAll({ worktree, message: text, env });
        changes.touch(id);
        return { commit };
      }),
    words: async (id) => {
      const record = table.get(id);
      const merge = await mergeMessage(record.worktree);
      return { prompt: defaultMessage(record), last: record.lastMessage, merge };
    },
    plan: async (id, { base }) => {
      // What the check says is of the worktree as it was last counted: count it now.
      await changes.count(id);
      const plan = await planMerge(placeOf(table.get(id), base));
      return { ...plan, check: table.view(id).check };
    },
    merge: (id, { base, message, env, ...o }) =>
      guard(id, async () => {
        const record = table.get(id);
        const text = message ?? defaultMessage(record);
        const place = { ...placeOf(record, base), env };
        const how = {
          ...o,
          message: text,
          land: (landing: Landing, move: () => Promise<void>) =>
            movingBase(deps, id, { ...landing, at: deps.now() }, move),
        };
        const merged = await alone(record, () => mergeIntoBase(place, how));
        changes.touch(id);
        return merged;
      }),
    push: async (id, { env: caller, signal }) => {
      const record = table.get(id);
      refuseWithoutWorktree(record);
      const { worktree, branch, base } = record;
      const { env } = deps;
      const { forges } = await deps.config();
      return await pushForReview({
        ...{ worktree, branch, base: base.ref, text: defaultMessage(record) },
        ...{ caller, env, forges, signal },
      });
    },
    undo: (id) =>
      guard(id, async () => {
        const record = table.get(id);
        const { name, merged, repo: root } = record;
        if (!merged) {
          const hint = 'Only the last merge of a session can be taken back.';
          throw new TempestError('wrong-state', `${name} has no merge to take back`, hint);
        }
        const { base, from, to } = merged;
        const move = () => takeBack({ root, branch: base, from, to });
        await alone(record, () => movingBase(deps, id, merged, move));
        changes.touch(id);
        return { base, from: to, to: from };
      }),
  };
}

/** What the session was begun for. */
function defaultMessage({ prompt, name }: SessionRecord): string {
  return prompt.trim() === '' ? name : prompt;
}
