// Whether a session's work is in its base already: what conflicts with it then conflicts with the base.
import { gitTry } from '../git.ts';
import type { SessionRecord } from './record.ts';

/**
 * `commit` holds all of the session's work, uncommitted too; `tip` is where its base is now. What was squashed
 * counts as long as the session has done nothing since. `cwd` is any path in the repository.
 */
export async function hasLanded(
  cwd: string,
  { merged }: Pick<SessionRecord, 'merged'>,
  { commit, tip }: { commit: string; tip: string },
): Promise<boolean> {
  const isInTip = async (one: string) =>
    (await gitTry(['merge-base', '--is-ancestor', one, tip], { cwd })).code === 0;
  if (await isInTip(commit)) return true;
  return merged?.head === commit && (await isInTip(merged.to));
}
