// Keeps all of a worktree's work in one commit before the worktree goes.
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { takeSnapshot } from '../snapshot.ts';
import { type KeptIndex, keptRef, namedCommits, readState, writeKeptTree } from './kept.ts';
import { lastHead } from './last-head.ts';
import { idOf, plumbing, type Run, utf8 } from './plumbing.ts';
import { rawFiles } from './raw.ts';

export interface KeepWork {
  worktree: string;
  /** Where git keeps the worktree's state, if its own `.git` can't tell any more. */
  gitDir?: string | undefined;
  session: string;
  /** The session's private index, as for `takeSnapshot`. */
  indexFile: string;
  branch: string;
  /** Where HEAD and branch were, when the branch itself is gone. */
  before?: { branchCommit: string | null; headCommit: string | null } | undefined;
}

/**
 * Makes a commit at `refs/tempest/removed/<session>` that holds all that `restoreWorktree` needs:
 * its tree is the snapshot; its parents are a commit with the agent's index, the stages of
 * conflicts, exact bytes where filters change them, and the state of an unfinished merge or
 * rebase; then HEAD, the branch's tip where that differs, and what was kept before.
 * No hook runs, nothing is signed, no user is needed. Ignored files are not kept.
 * @returns the commit's id.
 */
export async function keepWork(o: KeepWork): Promise<string> {
  const run = plumbing({ cwd: o.worktree, gitDir: o.gitDir });
  const ref = keptRef(o.session);
  const headRef = await run(['symbolic-ref', '--quiet', 'HEAD']).then(utf8, () => null);
  // Another one that has no commit yet, an agent has just begun.
  const isDeletable = headRef === `refs/heads/${o.branch}`;
  const [last, head, tip] = await Promise.all([
    idOf(run, ref),
    idOf(run, 'HEAD^{commit}').then(
      (id) => id ?? o.before?.headCommit ?? (isDeletable ? lastHead(run) : null),
    ),
    idOf(run, `refs/heads/${o.branch}`).then((id) => id ?? o.before?.branchCommit ?? null),
  ]);
  const tree = await takeSnapshot(o);
  const index = await keepIndex(run, `${o.indexFile}.keep`);
  const state = await readState(utf8(await run(['rev-parse', '--absolute-git-dir'])));
  const raw = await rawFiles({
    run,
    worktree: o.worktree,
    base: head,
    tree,
  });
  const meta = {
    version: 1 as const,
    branch: o.branch,
    branchCommit: tip,
    headRef,
    headCommit: head,
  };
  const details = await writeKeptTree(run, { meta, index, state, raw });
  const inner = await commit(run, details, await namedCommits(run, state), o.session);
  const kept = await commit(run, tree, [inner, head, tip, last], o.session);
  await run(['update-ref', ref, kept]);
  return kept;
}

async function commit(run: Run, tree: string, parents: (string | null)[], session: string) {
  const ids = new Set(parents.filter((id): id is string => id !== null));
  const args = [...ids].flatMap((id) => ['-p', id]);
  return run(['commit-tree', tree, ...args, '-m', `tempest: kept of session ${session}`]);
}

/** The agent's index as a tree, made on a copy; files in conflict are told apart. */
async function keepIndex(run: Run, scratch: string): Promise<KeptIndex> {
  const own = await run(['rev-parse', '--path-format=absolute', '--git-path', 'index']);
  await mkdir(dirname(scratch), { recursive: true });
  try {
    if (!(await copied(Buffer.from(own, 'latin1'), scratch))) {
      return { tree: await run(['mktree'], { input: '' }), unmerged: [] };
    }
    const listed = await run(['ls-files', '--unmerged', '--full-name', '-z'], { index: scratch });
    const unmerged = listed.split('\0').filter(Boolean);
    if (unmerged.length > 0) {
      const paths = new Set(unmerged.map((entry) => entry.slice(entry.indexOf('\t') + 1)));
      const input = Buffer.from([...paths].map((path) => `${path}\0`).join(''), 'latin1');
      await run(['update-index', '-z', '--force-remove', '--stdin'], { index: scratch, input });
    }
    return { tree: await run(['write-tree'], { index: scratch }), unmerged };
  } finally {
    await rm(scratch, { force: true });
  }
}

async function copied(from: Buffer, to: string): Promise<boolean> {
  try {
    await copyFile(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
