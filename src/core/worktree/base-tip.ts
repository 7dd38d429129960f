// Where the branch that a session is based on is now, be it a local one or one of a remote.
import { idOf, plumbing } from './plumbing.ts';

/** Null when there is no such branch (any more): then only the commit is known that it was. */
export async function baseTip(cwd: string, ref: string): Promise<string | null> {
  const run = plumbing({ cwd });
  const tip = await idOf(run, `refs/heads/${ref}^{commit}`);
  return tip ?? (await idOf(run, `refs/remotes/${ref}^{commit}`));
}
