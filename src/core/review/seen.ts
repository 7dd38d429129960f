// What the person last looked at, held by a ref, so that no clean-up of the repository takes it.
import { TempestError } from '../errors.ts';
import { idOf, plumbing } from '../worktree/plumbing.ts';
import { checkpointRef } from './checkpoints.ts';

/** It goes with the session's checkpoints. `cwd` is any path in the repository. Throws `bad-request` when there is no such tree. */
export async function holdSeen(cwd: string, session: string, tree: string): Promise<void> {
  if (!(await isThere(cwd, tree))) {
    const hint = 'Give the `tree` that session/diff gave.';
    throw new TempestError('bad-request', `there is no tree ${tree}`, hint);
  }
  await plumbing({ cwd })(['update-ref', `${checkpointRef(session)}seen`, tree]);
}

/** Whether the repository has this tree. */
export async function isThere(cwd: string, tree: string): Promise<boolean> {
  return (await idOf(plumbing({ cwd }), `${tree}^{tree}`)) === tree;
}
