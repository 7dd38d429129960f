// Forks a session: a second one that begins where the first stands, with its files and its conversation.
import { join } from 'node:path';
import { refuseUnresolved } from '../ship/unmerged.ts';
import { takeSnapshot } from '../snapshot.ts';
import { headOf } from '../worktree/last-head.ts';
import { plumbing } from '../worktree/plumbing.ts';
import { refuseUnfinished } from '../worktree/unfinished.ts';
import { createSession } from './create.ts';
import { type Deps, type Launching, scratchFolder } from './deps.ts';
import type { Guard } from './guard.ts';
import { lastWords } from './last-words.ts';
import { learnConversation } from './launch.ts';
import { refuseWithoutWorktree } from './no-worktree.ts';
import type { CreateOptions } from './plan.ts';
import type { SessionRecord } from './record.ts';

export interface ForkOptions extends Launching {
  /** What the new session's agent is told first; empty: it waits. */
  prompt: string;
  name?: string | undefined;
  agent?: string | undefined;
}

/**
 * Creates a session from `from`: its commit as the branch's start, all that is not committed there as
 * uncommitted changes, its base, and, where the agent can and is the same, its conversation forked.
 * The first session is not touched. Gives the new one's id. Throws as `createSession`, and
 * `wrong-state` when there is no worktree, or a merge or the like is not finished in it; `conflict` while anything there
 * is not resolved.
 */
export async function forkSession(
  deps: Deps,
  from: SessionRecord,
  options: ForkOptions,
  guard: Guard,
): Promise<string> {
  refuseWithoutWorktree(from);
  // Git's own state would stay behind: markers, and what the other side brought, would be the new session's changes.
  await refuseUnfinished(from.worktree);
  await refuseUnresolved(from.worktree);
  await lastWords(deps, from.id, options.signal);
  await learnConversation(deps, from.id);
  const run = plumbing({ cwd: from.worktree, signal: options.signal });
  const [commit, tree] = await Promise.all([
    headOf(run),
    // An index of its own: counting the first session's changes goes on beside it.
    takeSnapshot({
      worktree: from.worktree,
      indexFile: join(scratchFolder(deps, from), 'fork-index'),
      signal: options.signal,
    }),
  ]);
  const { conversation, worktree } = deps.table.get(from.id);
  const { agent = from.agent, prompt, name, ...launching } = options;
  const isSameAgent = agent === from.agent && from.command === null;
  const create: CreateOptions = {
    ...launching,
    repo: from.repo,
    prompt,
    agent,
    name: name ?? undefined,
    command: options.agent === undefined ? (from.command ?? undefined) : undefined,
    suggested: prompt === '' ? `${from.name} fork` : undefined,
    forked: {
      from: from.id,
      base: from.base,
      fork: { commit, tree, worktree, conversation: isSameAgent ? conversation : null },
    },
  };
  return await createSession(deps, create, guard);
}
