// Begins the merge of a base, or the rebase on it, in a session's own worktree, and stops at the conflict, for the person.
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { refuseInTheWay } from '../worktree/in-the-way.ts';
import { plumbing } from '../worktree/plumbing.ts';
import { unfinishedIn } from '../worktree/unfinished.ts';
import { askHook } from './hooks.ts';
import { type AsPerson, asPerson, type PersonPlace } from './person.ts';
import { replayed } from './replay.ts';
import type { ByHand } from './strategies.ts';
import { countUncommitted } from './uncommitted.ts';

export interface Beginning {
  by: ByHand;
  base: string;
  /** Where the base is, and the session's HEAD. */
  tip: string;
  head: string;
  /** As for a rebase on another base than before. */
  former: readonly string[];
}

/** How each is gone on with once it is resolved, and taken back, in the worktree. */
export const commandsOf = (by: ByHand) => ({
  conclude: `git ${by} --continue`,
  abort: `git ${by} --abort`,
});

/**
 * What is not committed would be in the way of an abort, and become a part of the merge; what is ignored, git would
 * overwrite. @throws TempestError `unsaved-work`.
 */
export async function refuseToBegin(worktree: string, what: Beginning): Promise<void> {
  const run = plumbing({ cwd: worktree });
  const uncommitted = await countUncommitted(run);
  if (uncommitted > 0) {
    const files = uncommitted === 1 ? '1 file is' : `${uncommitted} files are`;
    const hint = 'Commit first: `:TempestCommit`, `tempest commit`. Nothing was changed.';
    throw new TempestError('unsaved-work', `${files} not committed: no ${what.by} is begun`, hint);
  }
  for (const to of await passing(worktree, what)) {
    await refuseInTheWay({ worktree, from: what.head, to });
  }
}

/** All that the files come to be on the way: at the end of a merge, or at each commit of a rebase. */
async function passing(cwd: string, { by, tip, head, former }: Beginning): Promise<string[]> {
  if (by === 'merge') {
    const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', head, tip];
    const { code, stdout, stderr } = await gitTry(args, { cwd });
    if (code !== 0 && code !== 1) throw failure(args, code, stderr);
    return stdout.toString().split('\0').slice(0, 1);
  }
  const without = former.map((commit) => `^${commit}`);
  const commits = ['rev-list', ...replayed, `${tip}...${head}`, ...without];
  const listed = await plumbing({ cwd })(commits);
  return [tip, ...listed.split('\n').filter(Boolean)];
}

/**
 * Leaves the worktree as git leaves it at a conflict. The person's hooks run, as for any merge or rebase of theirs. When
 * it comes to none, or fails, all is as before.
 * @throws TempestError `wrong-state` without a conflict, `hook-failed`, `git-failed`.
 */
export async function begin(place: PersonPlace, what: Beginning): Promise<void> {
  const run = await asPerson(place);
  if (what.by === 'rebase') await askHook(run, 'pre-rebase', [what.tip]);
  const { args, env } = what.by === 'merge' ? await merging(run, what) : await rebasing(run, what);
  const answer = await run(args, { env }).catch(async (error) => {
    await takeBack(run, place.cwd, what);
    throw error;
  });
  const isBegun = (await unfinishedIn(place.cwd))?.operation === what.by;
  if (isBegun && answer.code === 1) return;
  await takeBack(run, place.cwd, what);
  if (answer.code === 0) throw withoutConflict(what);
  throw failure([what.by], answer.code, `${answer.stderr}\n${answer.stdout.toString()}`);
}

/** There is nothing to be resolved. */
export function withoutConflict({ by, base }: Pick<Beginning, 'by' | 'base'>): TempestError {
  const hint = `Nothing was changed. A plain \`tempest ${by}\`, \`:Tempest${by === 'merge' ? 'Merge' : 'Rebase'}\` does it.`;
  return new TempestError('wrong-state', `nothing conflicts with ${base}`, hint);
}

interface Command {
  args: string[];
  env: Record<string, string>;
}

/** What the person has set for merges and rebases of their own doesn't turn it into something else. */
async function merging(run: AsPerson, { base }: Beginning): Promise<Command> {
  const told = async (...args: string[]) => (await run(args)).stdout.toString().trim();
  // The markers have its name: the shortest that means nothing else.
  const name = await told('rev-parse', '--abbrev-ref', `refs/heads/${base}`);
  const own = await told('symbolic-ref', '--quiet', '--short', 'HEAD');
  const plain = ['--no-squash', '--no-ff', '--no-commit', '--no-autostash', '--strategy=ort'];
  return {
    args: ['merge', ...plain, '--quiet', '--no-stat', name || `refs/heads/${base}`],
    env: settings({ [`branch.${own}.mergeOptions`]: '' }),
  };
}

async function rebasing(run: AsPerson, { tip, head, former }: Beginning): Promise<Command> {
  const [first = tip, ...others] = former;
  let [upstream, fewest] = [first, await countFrom(run, first, head)];
  for (const commit of others) {
    const count = await countFrom(run, commit, head);
    if (count < fewest) [upstream, fewest] = [commit, count];
  }
  const off = ['autoStash', 'updateRefs', 'rebaseMerges'];
  return {
    // The hook was asked by its own name. Quiet, it would be so to its end.
    args: ['rebase', '--merge', '--no-verify', '--onto', tip, upstream],
    env: settings(Object.fromEntries(off.map((name) => [`rebase.${name}`, 'false']))),
  };
}

/** Apart from the arguments, in which the name of a branch may not have every character. */
function settings(values: Record<string, string>): Record<string, string> {
  const entries = Object.entries(values).flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: `${entries.length / 2}`, ...Object.fromEntries(entries) };
}

async function countFrom(run: AsPerson, from: string, head: string): Promise<number> {
  const counted = await run(['rev-list', '--count', `${from}..${head}`]);
  return Number(counted.stdout.toString());
}

/** All was committed before, so that nothing else goes. */
async function takeBack(run: AsPerson, cwd: string, { by, head }: Beginning): Promise<void> {
  if ((await unfinishedIn(cwd))?.operation === by) await run([by, '--abort']);
  const now = (await run(['rev-parse', 'HEAD'])).stdout.toString().trim();
  if (now !== head) await run(['reset', '--quiet', '--keep', head]);
}
