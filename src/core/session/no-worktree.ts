// What is said where a session's worktree is not there.
import { TempestError } from '../errors.ts';

/** Its disk may not be mounted, somebody may have deleted it, or the session is in the trash. */
export function noWorktree({ name }: { name: string }): TempestError {
  return new TempestError(
    'wrong-state',
    `${name} has no worktree now`,
    'Mount the disk it is on; `tempest doctor` makes one that was deleted anew; `tempest restore`, where it was removed.',
  );
}
