// Makes a fresh worktree ready to work in: files carried over, and the approved setup command run.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRepoConfig } from '../config.ts';
import { TempestError } from '../errors.ts';
import { carryOver, listUntracked, type Untracked } from '../worktree/provision.ts';
import { isApproved, readSetup, runSetup } from '../worktree/setup.ts';
import type { Deps, Launching } from './deps.ts';
import { sessionEnvironment } from './environment.ts';

/** Where the output of a session's setup command is kept. */
export function setupLog(deps: Pick<Deps, 'places'>, id: string): string {
  return join(deps.places.logs, `${id}.log`);
}

/** Begins to look for what is to be carried over, which needs no worktree yet; for `provision`. */
export function lookAhead(deps: Deps, id: string, { signal }: Launching) {
  const { provisioned, here } = deps.table.get(id);
  if (provisioned) return undefined;
  const untracked = listUntracked(here, signal);
  // Whoever waits for it hears of it; nobody does when the worktree can't be made.
  untracked.catch(() => {});
  return untracked;
}

/**
 * Does nothing when it was done before. `untracked` is what `lookAhead` gave.
 * Throws `setup-failed` with the end of the output.
 */
export async function provision(
  deps: Deps,
  id: string,
  launching: Launching,
  untracked?: Promise<Untracked>,
): Promise<void> {
  const record = deps.table.get(id);
  if (record.provisioned) return;
  const [config, repoConfig] = await Promise.all([deps.config(), loadRepoConfig(record.here)]);
  await carryOver({
    from: record.here,
    to: record.worktree,
    patterns: [...config.copy, ...repoConfig.copy],
    untracked,
    ...(launching.signal && { signal: launching.signal }),
  });
  const setup = await readSetup(record.here);
  if (setup) {
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
  }
  await deps.table.update(id, { provisioned: true });
}
