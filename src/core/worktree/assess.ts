// What would be lost with a worktree: uncommitted files, and commits that nothing else reaches.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, gitBytes, gitTry } from '../git.ts';
import { adminFolder, listWorktrees, samePlace } from './list.ts';

export interface Assessment {
  worktree: string;
  branch: string;
  /** An adopted branch stays, and with it its commits. */
  adopted: boolean;
  base: { ref: string; commit: string };
}

/** States that git keeps in a worktree while something is unfinished. */
const operations = [
  'rebase-merge',
  'rebase-apply',
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'BISECT_LOG',
  'sequencer',
];

/**
 * Counts what only this worktree holds. Untracked files and unfinished operations are uncommitted;
 * unmerged are the commits of HEAD and branch that no other branch, remote, tag or checkout
 * reaches. Stashes belong to the whole repository and are not looked at (hazard 10).
 */
export async function assessWork(
  o: Assessment,
): Promise<{ uncommitted: number; unmerged: number }> {
  const [files, unfinished, unmerged] = await Promise.all([
    changedFiles(o.worktree),
    unfinishedOperations(o.worktree),
    unmergedCommits(o),
  ]);
  return { uncommitted: files + unfinished, unmerged };
}

async function changedFiles(worktree: string): Promise<number> {
  const args = ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames'];
  const bytes = await gitBytes([...args, '--ignore-submodules=none'], { cwd: worktree });
  return bytes.toString('latin1').split('\0').filter(Boolean).length;
}

async function unfinishedOperations(worktree: string): Promise<number> {
  const folder = await adminFolder(worktree);
  if (!folder) return 0;
  const found = await Promise.all(
    operations.map((name) => stat(join(folder, name)).catch(() => null)),
  );
  return found.filter(Boolean).length;
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
  const input = `${[...tips, '--not', ...others, '--remotes', '--tags', ...(await otherHeads(o))].join('\n')}\n`;
  return count(cwd, input);
}

async function count(cwd: string, input: string): Promise<number> {
  const args = ['rev-list', '--count', ...input.trim().split('\n'), '--'];
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
