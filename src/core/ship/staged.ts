// Keeps what is staged where committing everything would let go of it.
import { copyFile, rm } from 'node:fs/promises';
import { idOf, plumbing } from '../worktree/plumbing.ts';

/** Where the last of it is kept for a session; each has the one before as a parent. */
export function stagedRef(session: string): string {
  return `refs/tempest/${session}/staged`;
}

/**
 * A file that was staged and then changed again has two versions, and a commit of everything takes the second.
 * Keeps the index as a commit at `stagedRef` when there is such a file. No hook runs, the index is not touched.
 */
export async function keepStaged(o: {
  worktree: string;
  session: string;
  /** A path of the session's own, for a copy of the index. */
  scratch: string;
}): Promise<void> {
  const run = plumbing({ cwd: o.worktree });
  const status = await run(['status', '--porcelain=v2', '-z', '--untracked-files=no']);
  // Ordinary (1) and renamed (2) entries: XY, and neither side is as it was.
  if (!status.split('\0').some((entry) => /^[12] [^.][^.] /.test(entry))) return;
  const own = await run(['rev-parse', '--path-format=absolute', '--git-path', 'index']);
  try {
    await copyFile(Buffer.from(own, 'latin1'), o.scratch);
    const tree = await run(['write-tree'], { index: o.scratch });
    const ref = stagedRef(o.session);
    const parents = [await idOf(run, 'HEAD^{commit}'), await idOf(run, ref)].filter(Boolean);
    const args = parents.flatMap((id) => ['-p', id as string]);
    const commit = await run(['commit-tree', tree, ...args, '-m', 'tempest: what was staged']);
    await run(['update-ref', ref, commit]);
  } finally {
    await rm(o.scratch, { force: true });
  }
}
