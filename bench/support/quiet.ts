// Waits until a daemon rests: what it still does for the run before is no part of the next one.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../test/support/until.ts';
import type { World } from '../world.ts';

/** Waits until no removed worktree waits to be deleted, and no git of the daemon's runs. Linux only. */
export async function quiet({ client, sandbox }: World): Promise<void> {
  const rests = async () => {
    // The terminal host, which stays, may only just be coming up.
    const { pid, hostPid } = await client.request('daemon/status', {});
    return trashed(sandbox.places.worktrees) + children(pid, hostPid) === 0;
  };
  await until(rests, { what: 'the daemon to rest', intervalMs: 10 });
}

/** How many worktrees lie in the trash folders, which are beside the worktrees. */
function trashed(worktrees: string): number {
  return names(worktrees).flatMap((repo) => names(join(worktrees, repo, '.trash'))).length;
}

function children(pid: number, except: number | null): number {
  return names('/proc').filter((name) => Number(name) !== except && parentOf(name) === pid).length;
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name stands in parentheses and may itself hold any character.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
