// Makes a fresh worktree ready to work in: files carried over, and the approved setup command run.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRepoConfig } from '../config.ts';
import { TempestError } from '../errors.ts';
import { carryOver, listUntracked, type Untracked } from '../worktree/provision.ts';
import { isApproved, runSetup, type Setup, setupOf } from '../worktree/setup.ts';
import type { Deps, Launching } from './deps.ts';
import { sessionEnvironment } from './environment.ts';

/** Where the output of a session's setup command is kept. */
export function setupLog(deps: Pick<Deps, 'places'>, id: string): string {
  return join(deps.places.logs, `${id}.log`);
}

/** What is to be carried over from the checkout where the person stood, and run in the worktree. */
export interface Provisions {
  patterns: string[];
  untracked: Untracked;
  setup: Setup | null;
}

/**
 * Finds out what a session's worktree is to be provided with; needs no worktree yet. A bare repository has
 * nothing to give, nor a checkout that was deleted since: a retry works without it.
 */
export async function findProvisions(
  deps: Deps,
  id: string,
  { signal, progress }: Launching,
): Promise<Provisions> {
  const { here } = deps.table.get(id);
  if (!existsSync(here)) {
    progress?.(`${here} is gone: nothing is carried over from it, nor set up`);
  }
  const [untracked, config, repoConfig] = await Promise.all([
    listUntracked(here, signal),
    deps.config(),
    loadRepoConfig(here),
  ]);
  const patterns = [...config.copy, ...repoConfig.copy];
  return { untracked, patterns, setup: setupOf(repoConfig) };
}

/**
 * Does nothing when it was done before. `known` is what `findProvisions` gave.
 * Throws `setup-failed` with the end of the output.
 */
export async function provision(
  deps: Deps,
  id: string,
  launching: Launching,
  known?: Provisions,
): Promise<void> {
  const record = deps.table.get(id);
  if (record.provisioned) return;
  const { setup, ...carried } = known ?? (await findProvisions(deps, id, launching));
  await carryOver({
    ...carried,
    from: record.here,
    to: record.worktree,
    onCopied: () => deps.onStep('create:copied'),
    ...(launching.signal && { signal: launching.signal }),
  });
  // Carrying over again does no harm, so that nobody waits until this is on disk.
  if (!setup) return void deps.table.note(id, { provisioned: true });
  // Between the request and now the file may have changed: only approved text ever runs.
  if (!(await isApproved(deps.places.approvals, record.repo, setup.hash))) {
    throw new TempestError(
      'setup-unapproved',
      "this repository's setup command changed and was not approved yet",
      'Read it and approve it with `tempest approve`, then open the session again.',
    );
  }
  launching.progress?.('running the setup command');
  await mkdir(deps.places.logs, { recursive: true, mode: 0o700 });
  await runSetup({
    command: setup.command,
    cwd: record.worktree,
    env: sessionEnvironment(record, launching.env ?? deps.env),
    log: setupLog(deps, id),
    onOutput: (text) => launching.output?.(text),
    ...(launching.signal && { signal: launching.signal }),
  });
  await deps.table.update(id, { provisioned: true });
}
