// Brings a removed session's worktree back as it was: out of the trash, or from what was kept.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { branchCommit, isMadeBy, makeBranch } from './branch.ts';
import { addWorktree } from './create.ts';
import { type Kept, type KeptFile, keptRef, readKept } from './kept.ts';
import { adminFolder, listWorktrees, samePlace } from './list.ts';
import { idOf, pathIn, plumbing, type Run, readBlobs } from './plumbing.ts';
import { filesToMend } from './raw.ts';
import type { Repo } from './repo.ts';
import { takeFromTrash } from './untrash.ts';

export interface RestoreWorktree {
  repo: Repo;
  path: string;
  branch: string;
  adopted: boolean;
  session: string;
  /** Where the branch began: there it comes back if it was deleted and no trace of it is left. */
  base: { commit: string };
  /** The trash folder. What still lies there comes back whole, ignored files included. */
  trash?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Gets warnings, one line each. */
  onProgress?: ((line: string) => void) | undefined;
}

/**
 * Brings back branch, worktree, uncommitted and untracked files, what was staged, conflicts and
 * unfinished operations. May be repeated until the agent has started.
 * @throws TempestError `nothing-to-restore`, `branch-exists` when the name was taken meanwhile,
 *   `branch-in-use`, `wrong-state`.
 */
export async function restoreWorktree(o: RestoreWorktree): Promise<void> {
  const kept = await readKept(plumbing({ cwd: o.repo.commonDir }), o.session, o.branch);
  await restoreBranch(o, kept);
  const commit = commitOf(o, kept);
  const add = () => addWorktree({ ...o, adopt: true, commit });
  if (await isOnlyBranch(o, kept)) return add();
  const run = plumbing({ cwd: o.path, signal: o.signal });
  if (await takeFromTrash(o)) return restoreHead(o, kept, run);
  await add();
  await restoreHead(o, kept, run);
  await restoreFiles(o, kept, run);
  await restoreIndex(kept, run);
  await restoreState(o, kept, run);
}

/** Forgets the kept work of a session, after its 30 days. */
export async function forgetKept(root: string, session: string): Promise<void> {
  await plumbing({ cwd: root })(['update-ref', '-d', keptRef(session)]);
}

function commitOf(o: RestoreWorktree, { meta }: Kept): string {
  return meta.branchCommit ?? meta.headCommit ?? o.base.commit;
}

async function restoreBranch(o: RestoreWorktree, kept: Kept): Promise<void> {
  const { commonDir: cwd } = o.repo;
  const commit = commitOf(o, kept);
  const now = await branchCommit(cwd, o.branch);
  if (now && (o.adopted || (now === commit && (await isMadeBy(cwd, o.branch, o.session))))) return;
  await makeBranch({ cwd, branch: o.branch, commit, session: o.session });
}

/** Whether the branch moved on, and there was nothing beside it: then its new tip is the work. */
async function isOnlyBranch(o: RestoreWorktree, kept: Kept): Promise<boolean> {
  const { headCommit } = kept.meta;
  const headRef = headRefOf(o, kept);
  if (headRef !== `refs/heads/${o.branch}` || !headCommit || kept.stages.length > 0) return false;
  const root = plumbing({ cwd: o.repo.commonDir });
  if ((await idOf(root, headRef)) === headCommit) return false;
  const tree = await idOf(root, `${headCommit}^{tree}`);
  return tree === kept.tree && tree === kept.index;
}

/**
 * Puts HEAD where it was. A branch that moved on meanwhile, or that another checkout has now, is
 * left alone: HEAD is detached at its old commit, so that the changes stay what they were.
 */
async function restoreHead(o: RestoreWorktree, kept: Kept, run: Run): Promise<void> {
  const { headCommit } = kept.meta;
  const headRef = headRefOf(o, kept);
  const message = ['-m', `tempest: restored session ${o.session}`];
  if (headRef && (await isFree(o, run, headRef, headCommit))) {
    await run(['symbolic-ref', ...message, 'HEAD', headRef]);
  } else if (headCommit) {
    await run(['update-ref', ...message, '--no-deref', 'HEAD', headCommit]);
    if (!headRef) return;
    const name = headRef.replace(/^refs\/heads\//, '');
    o.onProgress?.(`branch ${name} has moved on or is in use: HEAD is detached where it was`);
  }
}

/** The session's branch may come back under another name. */
function headRefOf(o: RestoreWorktree, { meta }: Kept): string | null {
  return meta.headRef === `refs/heads/${meta.branch}` ? `refs/heads/${o.branch}` : meta.headRef;
}

async function isFree(o: RestoreWorktree, run: Run, ref: string, commit: string | null) {
  if ((await idOf(run, ref)) !== commit) return false;
  if (ref === `refs/heads/${o.branch}`) return true;
  const user = (await listWorktrees(o.repo.commonDir)).find(
    (worktree) => `refs/heads/${worktree.branch}` === ref,
  );
  return !user || (await samePlace(user.path, o.path));
}

async function restoreFiles(o: RestoreWorktree, kept: Kept, run: Run): Promise<void> {
  await run(['read-tree', '--reset', '-u', kept.tree]);
  const { tree, raw } = kept;
  const wrong = await filesToMend({ run, worktree: o.path, base: kept.meta.headCommit, tree, raw });
  await writeAll(wrong, run, (path) => pathIn(o.path, path));
}

async function restoreIndex(kept: Kept, run: Run): Promise<void> {
  await run(['read-tree', '--reset', kept.index]);
  if (kept.stages.length > 0) {
    const input = Buffer.from(kept.stages.join(''), 'latin1');
    await run(['update-index', '-z', '--index-info'], { input });
  }
  // Tells with its exit code that there are changes, which is no error.
  await run(['update-index', '-q', '--refresh']).catch(() => undefined);
}

async function restoreState(o: RestoreWorktree, kept: Kept, run: Run): Promise<void> {
  const admin = await adminFolder(o.path);
  if (!admin) return;
  for (const { path } of kept.state) await mkdir(dirname(join(admin, path)), { recursive: true });
  await writeAll(kept.state, run, (path) => pathIn(admin, path));
}

async function writeAll(files: KeptFile[], run: Run, place: (path: string) => Buffer) {
  const blobs = await readBlobs(
    run,
    files.map(({ blob }) => blob),
  );
  for (const [index, { path }] of files.entries()) {
    await writeFile(place(path), blobs[index] ?? '');
  }
}
