// What is said where a session's worktree is not there.
import { existsSync } from 'node:fs';
import { TempestError } from '../errors.ts';
import type { SessionRecord } from './record.ts';

/** Its disk may not be mounted, somebody may have deleted it, or the session is in the trash. */
export function noWorktree({ name }: { name: string }): TempestError {
  return new TempestError(
    'wrong-state',
    `${name} has no worktree now`,
    'Mount the disk it is on; `tempest doctor` makes one that was deleted anew; `tempest restore`, where it was removed.',
  );
}

/** Throws `wrong-state` where the session's worktree is not there. */
export function refuseWithoutWorktree(record: Pick<SessionRecord, 'name' | 'worktree'>): void {
  if (!existsSync(record.worktree)) throw noWorktree(record);
}
