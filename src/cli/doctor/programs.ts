// The programs that Tempest stands on: Node and git.
import { tmpdir } from 'node:os';
import { problem } from '../../core/doctor/finding.ts';
import { gitTry } from '../../core/git.ts';
import type { Check } from './finding.ts';

const oldestNode = [20, 0];
/**
 * Conflicts are forecast with `git merge-tree --write-tree` (git's release notes 2.38), worktrees
 * listed with `git worktree list -z` (2.36); all else is older.
 */
const oldestGit = [2, 38];

export const checkNode: Check = async () => {
  const { node } = process.versions;
  if (!isOlder(node, oldestNode)) return [];
  return [problem(`Node ${node} is too old`, `Install Node ${oldestNode[0]} or later.`)];
};

export const checkGit: Check = async () => {
  const version = await gitVersion();
  const oldest = oldestGit.join('.');
  const remedy = `Install git ${oldest} or later, and see that it is the first on PATH.`;
  if (version === null) return [problem('git was not found', remedy)];
  if (!isOlder(version, oldestGit)) return [];
  return [problem(`git ${version} is too old: Tempest needs ${oldest} or later`, remedy)];
};

/** `2.39.5`, or null when git can't be run. */
export async function gitVersion(): Promise<string | null> {
  try {
    const { stdout } = await gitTry(['version'], { cwd: tmpdir() });
    return /\d+(\.\d+)+/.exec(stdout.toString())?.[0] ?? null;
  } catch {
    return null;
  }
}

function isOlder(version: string, than: number[]): boolean {
  const numbers = version.split('.').map(Number);
  for (const [i, least] of than.entries()) {
    const own = numbers[i] ?? 0;
    if (own !== least) return own < least;
  }
  return false;
}
