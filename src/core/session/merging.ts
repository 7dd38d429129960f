// A merge and its undoing are written down before the base moves, so that a crash leaves no doubt which of them happened.
import { gitTry } from '../git.ts';
import type { Deps } from './deps.ts';
import type { SessionRecord } from './record.ts';

/**
 * Moves the base by `move`, with `merging` on disk while it does. Afterwards, also when `move` throws, the record
 * tells where the base has come to be.
 */
export async function movingBase<T>(
  deps: Pick<Deps, 'table'>,
  id: string,
  merging: NonNullable<SessionRecord['merging']>,
  move: () => Promise<T>,
): Promise<T> {
  await deps.table.update(id, { merging });
  try {
    return await move();
  } finally {
    await settleMerge(deps, id);
  }
}

/** Asks git whether what was under way has landed: the base contains it, or does not. */
export async function settleMerge({ table }: Pick<Deps, 'table'>, id: string): Promise<void> {
  const { merging, merged, repo } = table.get(id);
  if (!merging) return;
  const args = ['merge-base', '--is-ancestor', merging.to, `refs/heads/${merging.base}`];
  const hasLanded = (await gitTry(args, { cwd: repo })).code === 0;
  // A merge that did not come about leaves the one before.
  const former = merged?.to === merging.to ? null : merged;
  await table.update(id, { merged: hasLanded ? merging : former, merging: null });
}
