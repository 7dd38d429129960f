// Looks for work that no snapshot holds: in repositories nested in a worktree, and in submodules.
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { gitTry } from '../git.ts';
import { readText } from '../plain-file.ts';
import { isThere } from './list.ts';

/**
 * Whether a repository inside the worktree has changes, or commits that no remote has.
 * @param admin the worktree's admin folder, where its submodules keep theirs.
 */
export async function nestedWork(worktree: string, admin: string): Promise<boolean> {
  for (const place of await nestedRepositories(worktree)) {
    const gitDir = await gitFolder(place);
    if (!gitDir) continue;
    if (await hasWork(place, gitDir, knownModule(gitDir, admin))) return true;
  }
  return false;
}

async function nestedRepositories(worktree: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (folder !== worktree && entries.some((entry) => entry.name === '.git')) found.push(folder);
    for (const entry of entries) {
      if (entry.isDirectory() && entry.name !== '.git') await visit(join(folder, entry.name));
    }
  };
  await visit(worktree);
  return found;
}

async function gitFolder(place: string): Promise<string | null> {
  const dotGit = join(place, '.git');
  if ((await stat(dotGit)).isDirectory()) return dotGit;
  const pointed = /^gitdir: (.*?)\r?\n?$/s.exec(await readText(dotGit))?.[1] ?? '';
  const folder = resolve(place, pointed);
  return (await isThere(join(folder, 'HEAD'))) ? folder : null;
}

/** The main checkout's copy of a submodule: what it has, is not lost. */
function knownModule(gitDir: string, admin: string): string | null {
  return gitDir.startsWith(`${admin}/modules/`)
    ? join(dirname(dirname(admin)), gitDir.slice(admin.length + 1))
    : null;
}

async function hasWork(place: string, gitDir: string, known: string | null): Promise<boolean> {
  const env = { GIT_DIR: gitDir, GIT_WORK_TREE: place };
  const ask = (args: string[]) => gitTry(args, { cwd: place, env });
  const status = await ask(['status', '--porcelain', '-z', '--ignore-submodules=all']);
  if (status.code !== 0 || status.stdout.length > 0) return true;
  const head = await ask(['rev-parse', '--verify', '--quiet', 'HEAD']);
  const tips = head.code === 0 ? ['--all', 'HEAD'] : ['--all'];
  const own = await ask(['rev-list', ...tips, '--not', '--remotes', '--tags', '--']);
  if (own.code !== 0) return true;
  if (own.stdout.length === 0) return false;
  if (!known || !(await isThere(known))) return true;
  const check = ['cat-file', '--batch-check'];
  const answer = await gitTry(check, { cwd: known, env: { GIT_DIR: known }, input: own.stdout });
  return answer.code !== 0 || / missing$/m.test(answer.stdout.toString());
}
