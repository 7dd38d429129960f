// Creates a session: a durable record first, then worktree, files, setup and agent, each step safe to repeat.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dropBranch, isMadeBy } from '../worktree/branch.ts';
import { addWorktree } from '../worktree/create.ts';
import type { Repo } from '../worktree/repo.ts';
import { type Ahead, forgetPrepared, lookAhead } from './ahead.ts';
import { type Deps, type Launching, scratchFolder } from './deps.ts';
import { fillFork } from './fill-fork.ts';
import type { Guard } from './guard.ts';
import { type CreateOptions, planSession, repoOf, takeNextName } from './plan.ts';
import { provision } from './provision.ts';
import type { SessionRecord } from './record.ts';
import { removeSession } from './remove.ts';
import { startAgent } from './start.ts';

/**
 * Creates a session and starts its agent. Gives the id.
 * What can be refused is refused before anything is made; a failure after that leaves a session
 * with status `failed` whose worktree is kept for a look, and which `open` retries.
 */
export async function createSession(
  deps: Deps,
  options: CreateOptions,
  guard: Guard,
): Promise<string> {
  const { id, repo } = await planSession(deps, options);
  await guard(id, async () => {
    await deps.onStep('create:recorded');
    await finishCreation(deps, id, options, repo);
  });
  return id;
}

/** Takes a creation to its end, from wherever it stopped. `known` is the repository, where it was just looked at. */
export async function finishCreation(
  deps: Deps,
  id: string,
  launching: Launching,
  known?: Repo,
): Promise<void> {
  try {
    await forgetPrepared(deps, id);
    const { provisions, start } = await makeWorktree(deps, id, launching, known);
    await deps.onStep('create:worktree');
    await fillFork(deps, id, launching.signal);
    await provision(deps, id, launching, provisions);
    await deps.onStep('create:provisioned');
    await startAgent(deps, id, launching, { prepared: start });
    await deps.onStep('create:started');
  } catch (error) {
    await failCreation(deps, id, error, launching);
    throw error;
  }
}

/** Gives what was done ahead; nothing, where the worktree was there already. */
async function makeWorktree(
  deps: Deps,
  id: string,
  launching: Launching,
  known?: Repo,
): Promise<Ahead> {
  launching.progress?.('creating the worktree');
  const repo = known ?? (await repoOf(deps.table.get(id)));
  for (;;) {
    const record = deps.table.get(id);
    let ahead: Promise<Ahead> | undefined;
    const onBegun = () => {
      ahead ??= lookAhead(deps, id, launching);
      ahead.catch(() => {}); // Whoever waits for it hears of it.
    };
    try {
      await addWorktree({
        repo,
        path: record.worktree,
        branch: record.branch,
        adopt: record.adopted,
        commit: record.fork?.commit ?? record.base.commit,
        session: id,
        onBegun,
        ...(launching.signal && { signal: launching.signal }),
        ...(launching.progress && { onProgress: launching.progress }),
      });
      return (await ahead) ?? {};
    } catch (error) {
      await ahead?.catch(() => {});
      await forgetPrepared(deps, id);
      if (!(await takeNextName(deps, id, error))) throw error;
    }
  }
}

/** Nothing made: forget it. Cancelled: take back what was made. Else keep it as failed, for a look and a retry. */
async function failCreation(deps: Deps, id: string, error: unknown, launching: Launching) {
  if (!deps.table.has(id)) return;
  await forgetPrepared(deps, id);
  const record = deps.table.get(id);
  if (!existsSync(record.worktree)) {
    await dropOwnBranch(record).catch((cause) => deps.log(`the branch of ${id}: ${cause}`));
    await rm(scratchFolder(deps, record), { recursive: true, force: true });
    return await deps.table.forget(id);
  }
  const reason = error instanceof Error ? error.message : String(error);
  await deps.table.update(id, { status: 'failed', statusAt: deps.now(), reason, task: null });
  if (launching.signal?.aborted) await removeSession(deps, id, { force: true });
}

/** Git makes the branch before the worktree, and leaves it where that fails. What is not as it was made stays. */
async function dropOwnBranch({ id, repo: root, branch, base, fork }: SessionRecord) {
  if (!(await isMadeBy(root, branch, id))) return;
  await dropBranch({ root, branch, expected: fork?.commit ?? base.commit });
}
