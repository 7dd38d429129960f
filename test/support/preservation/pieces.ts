// Pieces of work: texts that stand nowhere else, and where each of them can still be found.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';

let counter = 0;

/** A text that no other piece of this run has. */
export function piece(what: string): string {
  counter += 1;
  return `<${what} ${counter}>`;
}

const mark = /<[a-z ]+ \d+>/g;

/**
 * All pieces that a person can get at: in the files of every worktree, and in what the repository's branches,
 * stashes, indexes and Tempest's own refs hold (checkpoints, kept sessions), and what `git rebase --abort` brings
 * back. Nothing that only a reflog or an unreachable object knows.
 */
export async function reachable(box: Sandbox, repo: string): Promise<Set<string>> {
  const found = new Set<string>();
  const read = (text: string) => {
    for (const [one] of text.matchAll(mark)) found.add(one);
  };
  const unfinished: string[] = [];
  for (const worktree of await worktrees(box, repo)) {
    for (const file of filesIn(worktree)) read(readFileSync(file, 'latin1'));
    unfinished.push(...(await ofRebase(box, worktree)));
  }
  const objects = await box.git(
    repo,
    ...['rev-list', '--objects', '--no-object-names', '--all', '--indexed-objects', ...unfinished],
  );
  const args = ['cat-file', '--batch', '--unordered', '--batch-all-objects'];
  const wanted = new Set(objects.split('\n'));
  for (const { id, text } of entries(await box.git(repo, ...args))) if (wanted.has(id)) read(text);
  return found;
}

async function worktrees(box: Sandbox, repo: string): Promise<string[]> {
  const listed = await box.git(repo, 'worktree', 'list', '--porcelain');
  const paths = [...listed.matchAll(/^worktree (.+)$/gm)].map(([, path = '']) => path);
  // One may be on its way to the trash, where nobody looks.
  return paths.filter((path) => existsSync(path));
}

/** The commits that an unfinished rebase gives back. */
async function ofRebase(box: Sandbox, worktree: string): Promise<string[]> {
  const folder = await box.git(worktree, 'rev-parse', '--absolute-git-dir');
  return ['autostash', 'orig-head'].flatMap((name) => {
    const file = join(folder, 'rebase-merge', name);
    return existsSync(file) ? [readFileSync(file, 'utf8').trim()] : [];
  });
}

/** The paths of all plain files, without git's own. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === '.git' ? [] : filesIn(path);
    return entry.isFile() && entry.name !== '.git' ? [path] : [];
  });
}

/** Good enough for objects of text: one begins where a line has an id, a type and a size. */
function entries(batch: string): { id: string; text: string }[] {
  const parts = batch.split(/^([0-9a-f]{40}) \w+ \d+$/m).slice(1);
  return parts.flatMap((id, index) => {
    return index % 2 === 0 ? [{ id, text: parts[index + 1] ?? '' }] : [];
  });
}
