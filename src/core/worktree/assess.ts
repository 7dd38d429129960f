// What would be lost with a worktree: uncommitted files, and commits that nothing else reaches.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure, gitBytes, gitTry } from '../git.ts';
import { adminFolder, listWorktrees, samePlace } from './list.ts';

export interface Assessment {
  worktree: string;
  branch: string;
  /** An adopted branch stays, and with it its commits. */
  adopted: boolean;
  base: { ref: string; commit: string };
  /** The last merge: what landed of the session as `to`, and where its HEAD was then. */
  merged?: { to: string; head: string | null } | null | undefined;
}

export interface Assessed {
  /** Files that are not committed, untracked ones too. */
  uncommitted: number;
  /** What git has begun there and not ended, such as `rebase`. */
  unfinished: string[];
  /** Commits. */
  unmerged: number;
}

/** States that git keeps in a worktree while something is unfinished. */
const operations = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
  ['sequencer', 'sequence of commits'],
] as const;

/**
 * Tells what only this worktree holds. Unmerged are the commits of HEAD and branch that no other branch, remote, tag or checkout
 * reaches, and that no squash has brought there. Stashes belong to the whole repository and are not looked at (hazard 10).
 */
export async function assessWork(o: Assessment): Promise<Assessed> {
  const [uncommitted, unfinished, unmerged] = await Promise.all([
    changedFiles(o.worktree),
    unfinishedOperations(o.worktree),
    unmergedCommits(o),
  ]);
  return { uncommitted, unfinished, unmerged };
}

async function changedFiles(worktree: string): Promise<number> {
  const args = ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames'];
  const bytes = await gitBytes([...args, '--ignore-submodules=none'], { cwd: worktree });
  return bytes.toString('latin1').split('\0').filter(Boolean).length;
}

async function unfinishedOperations(worktree: string): Promise<string[]> {
  const folder = await adminFolder(worktree);
  if (!folder) return [];
  const found = operations.filter(([name]) => existsSync(join(folder, name)));
  const names = new Set<string>(found.map(([, what]) => what));
  // It is that of a cherry-pick or a revert which stopped, as told already.
  if (names.size > 1) names.delete('sequence of commits');
  return [...names];
}

async function unmergedCommits(o: Assessment): Promise<number> {
  const { worktree: cwd } = o;
  const own = ['HEAD', ...(o.adopted ? [] : [`refs/heads/${o.branch}`])];
  const tips: string[] = [];
  for (const ref of own) {
    const answer = await gitTry(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], { cwd });
    if (answer.code === 0) tips.push(answer.stdout.toString().trim());
  }
  if (tips.length === 0) return 0;
  const others = o.adopted ? ['--branches'] : [`--exclude=${o.branch}`, '--branches'];
  const reached = ['--not', ...others, '--remotes', '--tags', ...(await otherHeads(o))];
  const landed = await landedBy(o, reached);
  return await count(cwd, [...tips, ...reached, ...landed]);
}

/** A squash makes a commit of its own: those that went into it count for landed while that can be reached. */
async function landedBy(
  { worktree: cwd, merged }: Assessment,
  reached: string[],
): Promise<string[]> {
  if (!merged?.head) return [];
  for (const id of [merged.to, merged.head]) {
    if ((await gitTry(['cat-file', '-e', `${id}^{commit}`], { cwd })).code !== 0) return [];
  }
  return (await count(cwd, [merged.to, ...reached])) === 0 ? [merged.head] : [];
}

async function count(cwd: string, revisions: string[]): Promise<number> {
  const args = ['rev-list', '--count', ...revisions, '--'];
  const answer = await gitTry(args, { cwd });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return Number(answer.stdout.toString());
}

/** What other checkouts stand on, detached ones too, is held by them. */
async function otherHeads(o: Assessment): Promise<string[]> {
  const heads: string[] = [];
  for (const worktree of await listWorktrees(o.worktree)) {
    if (worktree.branch === o.branch || /^0*$/.test(worktree.head)) continue;
    if (!(await samePlace(worktree.path, o.worktree))) heads.push(worktree.head);
  }
  return [...new Set(heads)];
}
