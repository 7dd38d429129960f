// Goes on with a worktree whose creation a crash cut short, once it is proved to be the session's.
import { readdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../cancel.ts';
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { readText } from '../plain-file.ts';
import { listProcesses } from '../process-list.ts';
import { isMadeBy } from './branch.ts';
import { fillWorktree } from './checkout.ts';
import { adminFolder, isThere, listWorktrees, markerIn, samePlace } from './list.ts';
import { addEnvironment, isWhole, type NewWorktree } from './new-worktree.ts';
import { patiently } from './patience.ts';
import { unregister } from './trash.ts';

/** A checkout that a former daemon started may go on for this long, in ms. */
const longestCheckout = 30 * 60_000;

/**
 * What is at the path already must be this session's own worktree: listed by git for this
 * repository, with its marker, or with none yet and on the branch that the session made.
 * @returns the worktree's admin folder.
 * @throws TempestError `wrong-state` for anything else, which is left alone (hazards 3, 9).
 */
export async function complete(o: NewWorktree): Promise<string> {
  const folder = await adminFolder(o.path);
  if (!folder || !(await isListed(o, folder))) throw occupied(o, 'something else');
  const marker = await markerIn(folder);
  if (marker === o.session) return folder;
  if (marker) throw occupied(o, `the worktree of session ${marker}`);
  const isOurs = o.adopt || (await isMadeBy(o.repo.commonDir, o.branch, o.session));
  if (!isOurs) throw occupied(o, 'another worktree');
  await orphansEnd(o);
  if (await isWhole(o, folder)) return folder;
  if (!(await isUnfinished(folder))) throw occupied(o, 'a worktree of another branch');
  await finishCheckout(o, folder);
  return folder;
}

/**
 * Takes away what a git has left that was killed before its new worktree was one: a `.git` and nothing else, and an
 * admin folder without its `commondir`. As long as that stands, no git can read the repository's list of worktrees.
 */
export async function clearStump(o: NewWorktree): Promise<void> {
  if (!(await isStump(o))) return;
  await orphansEnd(o);
  const folder = await isStump(o);
  if (!folder) return;
  await rm(folder, { recursive: true });
  await rm(join(o.path, '.git'));
}

/** The admin folder of a worktree that is none yet; null for anything else. */
async function isStump(o: NewWorktree): Promise<string | null> {
  const names = await readdir(o.path).catch(() => []);
  if (names.length !== 1 || names[0] !== '.git') return null;
  const text = await readText(join(o.path, '.git')).catch(() => '');
  const pointed = /^gitdir: (.*?)\r?\n?$/s.exec(text)?.[1];
  const folder = pointed && (await realpath(resolve(o.path, pointed)).catch(() => null));
  if (!folder?.startsWith(await worktreesOf(o))) return null;
  const common = await readFile(join(folder, 'commondir'), 'utf8').catch(() => '');
  return common === '' && (await isUnfinished(folder)) ? folder : null;
}

async function worktreesOf(o: NewWorktree): Promise<string> {
  return join(await realpath(o.repo.commonDir), 'worktrees') + sep;
}

async function isListed(o: NewWorktree, folder: string): Promise<boolean> {
  if (!(await realpath(folder)).startsWith(await worktreesOf(o))) return false;
  for (const worktree of await listWorktrees(o.repo.commonDir)) {
    if (await samePlace(worktree.path, o.path)) return true;
  }
  return false;
}

function occupied(o: NewWorktree, what: string) {
  return new TempestError(
    'wrong-state',
    `${o.path} is taken by ${what}`,
    'It was left alone. Move it away, or choose another name.',
  );
}

/**
 * Unregisters the session's worktree whose folder is gone, so that it can be made again: somebody
 * deleted it, or git was stopped before it made it. What was staged there goes to the trash.
 * @returns whether there was one.
 */
export async function unregisterGone(o: NewWorktree): Promise<boolean> {
  const worktrees = join(o.repo.commonDir, 'worktrees');
  for (const name of await readdir(worktrees).catch(() => [])) {
    const folder = join(worktrees, name);
    const place = (await readFile(join(folder, 'gitdir'), 'utf8').catch(() => '')).trimEnd();
    if (!place || !(await samePlace(dirname(place), o.path))) continue;
    const marker = await markerIn(folder);
    const isOurs = marker === o.session || (!marker && (await isUnfinished(folder)));
    if (!isOurs || (await isThere(place))) continue;
    await unregister(o.repo.commonDir, folder, null);
    return true;
  }
  return false;
}

/** Git itself locks a worktree until it has filled it, with these words (`builtin/worktree.c`). */
async function isUnfinished(folder: string): Promise<boolean> {
  const reason = await readFile(join(folder, 'locked'), 'utf8').catch(() => '');
  return reason.trim() === 'initializing';
}

/** The git of a daemon that died goes on without it: let it end before anything is mended. */
async function orphansEnd(o: NewWorktree): Promise<void> {
  const mark = `TEMPEST_ADDS=${o.session}`;
  const deadline = Date.now() + longestCheckout;
  while (listProcesses(mark).some((entry) => entry.marked) && Date.now() < deadline) {
    throwIfCancelled(o.signal, 'creating the worktree');
    await delay(50);
  }
}

/**
 * Checks out again. No agent has been in the worktree, since it has no marker, and no git works in
 * it, so a lock on its index is nobody's.
 */
async function finishCheckout(o: NewWorktree, folder: string): Promise<void> {
  await rm(join(folder, 'index.lock'), { force: true });
  await rm(join(folder, 'HEAD.lock'), { force: true });
  const git = async (args: string[]) => {
    const run = () => gitTry(args, { cwd: o.path, env: addEnvironment(o), signal: o.signal });
    const answer = await patiently(run, o.signal);
    if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  };
  await git(['symbolic-ref', 'HEAD', `refs/heads/${o.branch}`]);
  await fillWorktree(o.path, (settings) => git([...settings, 'reset', '--hard', '--quiet']));
  await rm(join(folder, 'locked'), { force: true });
}
