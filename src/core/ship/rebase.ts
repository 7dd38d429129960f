// Puts a session's commits on the newest of its base, and what is not committed with them: wholly, or not at all.
import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { type CheckpointPlace, putBack } from '../review/checkpoints.ts';
import { baseTip } from '../worktree/base-tip.ts';
import { headOf } from '../worktree/last-head.ts';
import { plumbing } from '../worktree/plumbing.ts';
import { refuseUnfinished } from '../worktree/unfinished.ts';
import { askHook, tellHook } from './hooks.ts';
import { type Changed, changedBetween, subjectsOf } from './landing.ts';
import { asPerson, type PersonPlace, signing } from './person.ts';
import { mergeTrees, type Replayed, replay, replayed } from './replay.ts';

export interface RebasePlan extends Changed {
  /** The branch, as it was named; also one of a remote. */
  base: string;
  /** Where it is now. */
  tip: string;
  /** The session's HEAD. */
  head: string;
  /** How many commits would be made anew. */
  commits: number;
  /** Their first lines, the newest first; see landing.ts. */
  subjects: string[];
  /** How many commits of the base the session lacks. */
  behind: number;
  /** How many commits of the former base don't come along. With none of either there is nothing to do. */
  leaves: number;
  /** Files that would conflict; none: it is clean. */
  conflicts: string[];
  /** What conflicts: the first line of a commit, or "what is not committed". */
  stopsAt: string | null;
}

export interface RebasePlace extends Omit<PersonPlace, 'cwd'> {
  worktree: string;
  base: string;
  /** For another base than before: commits whose history is the former one's, and none of the session's. */
  former?: readonly string[];
  /** A snapshot of the worktree as it is now. */
  tree: string;
  /** A path of the session's own, for a copy of the index. */
  scratch: string;
}

/** All that a rebase comes to, as objects that nothing names yet. */
interface Outcome extends Pick<Replayed, 'rewritten'> {
  to: string;
  /** The worktree's files, before and after. */
  files: { from: string; to: string };
  /** What is staged, before and after. */
  index: { from: string; to: string };
}

/** What a rebase would do; nothing is changed. Throws `unknown-base`, `wrong-state` in the midst of another, `conflict`. */
export async function planRebase(place: RebasePlace): Promise<RebasePlan> {
  return (await work(place)).plan;
}

/**
 * Rebases. Files, index and branch move in this order, each only from where it was seen; when one refuses, those before it
 * go back. After a crash between two of them, the same rebase does the rest.
 * @throws TempestError `conflict`, `wrong-state`, `unknown-base`, `hook-failed`, `git-failed`; nothing was changed then.
 */
export async function rebase(
  place: RebasePlace,
  checkpoint: CheckpointPlace,
): Promise<{ base: string; from: string; to: string }> {
  const { plan, outcome } = await work(place);
  refuse(plan);
  if (!outcome) throw new Error('a clean plan has an outcome');
  const { base, tip, head } = plan;
  const cwd = place.worktree;
  const person = await asPerson({ ...place, cwd });
  await askHook(person, 'pre-rebase', [tip]);
  await refuseLocked(cwd);
  const { to, rewritten } = await signed({ ...place, cwd }, plan, outcome);
  const run = plumbing({ cwd });
  const files = (from: string, to: string) => putBack({ ...checkpoint, now: from, tree: to });
  // Not looked at on disk: the files were moved already.
  const index = (from: string, to: string) => run(['read-tree', '-m', '-i', from, to]);
  await files(outcome.files.from, outcome.files.to);
  try {
    await index(outcome.index.from, outcome.index.to);
    try {
      await run(['update-ref', '-m', `tempest: rebase on ${base}`, 'HEAD', to, head]);
    } catch (error) {
      await index(outcome.index.to, outcome.index.from);
      throw error;
    }
  } catch (error) {
    await files(outcome.files.to, outcome.files.from);
    throw error;
  }
  await run(['update-index', '-q', '--refresh']).catch(() => undefined);
  const lines = rewritten.map(([before, now]) => `${before} ${now}\n`);
  await tellHook(person, 'post-rewrite', { args: ['rebase'], input: lines.join('') });
  return { base, from: head, to };
}

/** Made once more where commits are signed: what was planned is not, so that only one that comes about asks for a key. */
async function signed(
  place: PersonPlace & Pick<RebasePlace, 'former'>,
  { tip, head }: RebasePlan,
  outcome: Outcome,
): Promise<{ to: string; rewritten: Replayed['rewritten'] }> {
  if ((await signing(await asPerson(place))).length === 0) return outcome;
  const { to, rewritten } = await replay(place, {
    onto: tip,
    head,
    former: place.former,
    sign: true,
  });
  if (to === null) throw new Error('what was clean before is clean');
  return { to, rewritten };
}

/** Throws what stands in the way of what was planned. */
export function refuse({ base, behind, leaves, conflicts, stopsAt }: RebasePlan): void {
  if (behind === 0 && leaves === 0) {
    const hint = 'There is nothing to rebase.';
    throw new TempestError('wrong-state', `it is on the newest ${base} already`, hint);
  }
  if (conflicts.length === 0) return;
  throw new TempestError(
    'conflict',
    `${stopsAt} conflicts with ${base} in ${conflicts.join(', ')}`,
    'Nothing was changed. Let the agent resolve it, `tempest rebase --resolve`, or do it yourself, `--by-hand`; `:TempestRebase` offers both.',
  );
}

async function work(place: RebasePlace): Promise<{ plan: RebasePlan; outcome: Outcome | null }> {
  const { worktree: cwd, base, former = [], tree, env, signal } = place;
  await refuseUnfinished(cwd);
  const run = plumbing({ cwd, signal });
  const [tip, head] = await Promise.all([tipOf(cwd, base), headOf(run)]);
  const count = async (...revisions: string[]) =>
    Number(await run(['rev-list', '--count', ...revisions]));
  const without = former.map((commit) => `^${commit}`);
  const behind = await count(`${head}..${tip}`);
  const leaves = (await count(`${tip}..${head}`)) - (await count(`${tip}..${head}`, ...without));
  const outcome = await replay({ cwd, env, signal }, { onto: tip, head, former });
  const { commits, rewritten } = outcome;
  const [subjects, changed] = await Promise.all([
    subjectsOf(cwd, [...replayed, `${tip}...${head}`, ...without]),
    run(['merge-base', former[0] ?? tip, head])
      .catch(() => tip)
      .then((fork) => changedBetween(cwd, fork, head)),
  ]);
  const plan = { base, tip, head, commits, subjects, behind, leaves, ...changed };
  const { to, conflicts, stopsAt } = outcome;
  if (to === null) return { plan: { ...plan, conflicts, stopsAt }, outcome: null };
  const staged = await stagedTree(place);
  const carried: string[] = [];
  for (const theirs of [tree, staged]) {
    const merged = await mergeTrees({ cwd, signal }, { base: head, ours: to, theirs });
    if (merged.tree === null) {
      const told = { conflicts: merged.conflicts, stopsAt: 'what is not committed' };
      return { plan: { ...plan, ...told }, outcome: null };
    }
    carried.push(merged.tree);
  }
  const [files = '', index = ''] = carried;
  return {
    plan: { ...plan, conflicts: [], stopsAt: null },
    outcome: {
      to,
      rewritten,
      files: { from: tree, to: files },
      index: { from: staged, to: index },
    },
  };
}

/** Also of a branch that only a remote has. Throws `unknown-base`. */
export async function tipOf(cwd: string, base: string): Promise<string> {
  const tip = await baseTip(cwd, base);
  if (tip) return tip;
  const hint =
    'Name a branch that is there: `tempest rebase --onto BRANCH`, `:TempestRebase --onto BRANCH`.';
  throw new TempestError('unknown-base', `${base} is no branch of this repository`, hint);
}

/** The index as a tree, made on a copy. */
async function stagedTree({ worktree, scratch }: RebasePlace): Promise<string> {
  const run = plumbing({ cwd: worktree });
  const own = Buffer.from(await ownIndex(worktree), 'latin1');
  try {
    await copyFile(own, scratch);
    return await run(['write-tree'], { index: scratch });
  } catch (cause) {
    const hint = 'Resolve what conflicts there, or let the agent do it.';
    throw new TempestError('conflict', 'what is staged is no whole tree', hint, { cause });
  } finally {
    await rm(scratch, { force: true });
  }
}

/** Files are not moved under the hands of another git. */
async function refuseLocked(worktree: string): Promise<void> {
  const lock = `${await ownIndex(worktree)}.lock`;
  if (!existsSync(Buffer.from(lock, 'latin1'))) return;
  const hint = 'Try again when it has ended. Nothing was changed.';
  throw new TempestError('git-failed', `another git is at work in ${worktree}`, hint);
}

/** In latin1, as all paths of plumbing. */
async function ownIndex(worktree: string): Promise<string> {
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'index'];
  return await plumbing({ cwd: worktree })(args);
}
