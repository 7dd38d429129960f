// What is said where a session's worktree, or its whole repository, is not there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TempestError } from '../errors.ts';
import type { SessionRecord } from './record.ts';

type Place = Pick<SessionRecord, 'name' | 'repo' | 'worktree'>;

/** Whether git can work in it: the worktree is there, and the repository that it belongs to. */
export function hasWorktree({ repo, worktree }: Pick<Place, 'repo' | 'worktree'>): boolean {
  return existsSync(worktree) && existsSync(repo);
}

/** Its disk may not be mounted, somebody may have deleted it, or the session is in the trash. */
export function noWorktree({ name, repo }: Pick<Place, 'name' | 'repo'>): TempestError {
  if (!existsSync(repo)) return noRepository(repo);
  return new TempestError(
    'wrong-state',
    `${name} has no worktree now`,
    'Mount the disk it is on; `tempest doctor` makes one that was deleted anew; `tempest restore`, where it was removed.',
  );
}

/** Of the session's repository, at its place. */
export function noRepository(repo: string): TempestError {
  return new TempestError(
    'wrong-state',
    `its repository ${repo} is not there`,
    'If it was moved, move it back: its worktrees belong to that place. If its disk is not mounted, mount it.',
  );
}

/** Throws `wrong-state` where the session's worktree is not there, or git can't know it for one. */
export function refuseWithoutWorktree(record: Place): void {
  if (!hasWorktree(record)) throw noWorktree(record);
  refuseDisconnected(record);
}

/** Throws `wrong-state` for a worktree whose `.git` is gone, by which git knows it. */
export function refuseDisconnected({ name, repo, worktree }: Place): void {
  if (!existsSync(worktree) || existsSync(join(worktree, '.git'))) return;
  throw new TempestError(
    'wrong-state',
    `the worktree of ${name}, ${worktree}, has lost its .git`,
    `\`git worktree repair\` in ${repo} brings it back.`,
  );
}
