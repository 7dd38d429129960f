// Makes a worktree and its admin folder, and its submodules and theirs, point at each other.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, gitTry } from '../git.ts';
import { readText } from '../plain-file.ts';
import { isThere } from './list.ts';

/** Called after either of the two has moved; may be repeated. */
export async function connect(admin: string, worktree: string): Promise<void> {
  await writeFile(join(admin, 'gitdir'), `${join(worktree, '.git')}\n`);
  await writeFile(join(worktree, '.git'), `gitdir: ${admin}\n`);
  await connectSubmodules(admin, worktree);
}

/** Git writes the paths between a submodule and its folder as relative ones. */
async function connectSubmodules(gitDir: string, worktree: string): Promise<void> {
  if (!(await isThere(join(gitDir, 'modules')))) return;
  for (const path of await submodulePaths(worktree)) {
    const place = join(worktree, path);
    const text = await readText(join(place, '.git')).catch(() => '');
    const module = modulePath(text);
    if (!module) continue;
    const folder = join(gitDir, module);
    if (!(await isThere(join(folder, 'HEAD')))) continue;
    await writeFile(join(place, '.git'), `gitdir: ${folder}\n`);
    const args = ['config', '--file', join(folder, 'config'), 'core.worktree', place];
    const answer = await gitTry(args, { cwd: worktree });
    if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
    await connectSubmodules(folder, place);
  }
}

async function submodulePaths(worktree: string): Promise<string[]> {
  const args = ['ls-files', '--stage', '-z'];
  const answer = await gitTry(args, { cwd: worktree });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return answer.stdout
    .toString()
    .split('\0')
    .filter((entry) => entry.startsWith('160000 '))
    .map((entry) => entry.slice(entry.indexOf('\t') + 1));
}

/** The last `modules/<name>` of what a submodule's `.git` file says: its place in the one above. */
function modulePath(text: string): string | null {
  const pointed = /^gitdir: (.*?)\r?\n?$/s.exec(text)?.[1] ?? '';
  const admin = /\/(?:worktrees|tempest-trash)\/[^/]+\/(modules\/.*)$/s.exec(pointed)?.[1];
  const parts = admin?.split('/modules/') ?? [];
  const last = parts.at(-1);
  return parts.length > 1 ? `modules/${last}` : (admin ?? null);
}
