// The worktrees that git knows, and the marker that says which of them are Tempest's.
import { randomUUID } from 'node:crypto';
import { lstat, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { failure, gitTry } from '../git.ts';
import { readText } from '../plain-file.ts';
import { patiently } from './patience.ts';

export interface Worktree {
  path: string;
  /** Null when HEAD is detached. */
  branch: string | null;
  /** Zeros when there is no commit yet; empty for a bare repository's own entry. */
  head: string;
  locked: boolean;
  /** What the one who locked it said. */
  lockReason: string;
  prunable: boolean;
}

const markerName = 'tempest-session';

/** All worktrees of the repository at `root`, the main one first, as git lists them. */
export async function listWorktrees(root: string): Promise<Worktree[]> {
  const args = ['worktree', 'list', '--porcelain', '-z'];
  const answer = await patiently(() => gitTry(args, { cwd: root }));
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return answer.stdout
    .toString()
    .split('\0\0')
    .filter(Boolean)
    .map((entry) => parseEntry(entry.split('\0')));
}

function parseEntry(lines: string[]): Worktree {
  const value = (key: string) => {
    const line = lines.find((candidate) => candidate === key || candidate.startsWith(`${key} `));
    return line === undefined ? undefined : line.slice(key.length + 1);
  };
  return {
    path: value('worktree') ?? '',
    branch: value('branch')?.replace(/^refs\/heads\//, '') ?? null,
    head: value('HEAD') ?? '',
    locked: value('locked') !== undefined,
    lockReason: value('locked') ?? '',
    prunable: value('prunable') !== undefined,
  };
}

/** Whether two paths lead to the same place; for one that is gone, by its parent (hazard 2). */
export async function samePlace(one: string, other: string): Promise<boolean> {
  if (resolve(one) === resolve(other)) return true;
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => null)));
  if (a && b) return a.dev === b.dev && a.ino === b.ino;
  if (a || b) return false;
  return (await realPathOfGone(one)) === (await realPathOfGone(other));
}

async function realPathOfGone(path: string): Promise<string> {
  const parent = await realpath(dirname(path)).catch(() => dirname(resolve(path)));
  return join(parent, basename(path));
}

/** Whether there is anything at the path, a broken link included. */
export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/**
 * The folder where git keeps a linked worktree's own index, HEAD and state.
 * @returns null for a main worktree, or where there is no worktree at all.
 */
export async function adminFolder(worktree: string): Promise<string | null> {
  const text = await readText(join(worktree, '.git')).catch(() => null);
  const pointed = text && /^gitdir: (.*?)\r?\n?$/s.exec(text)?.[1];
  if (!pointed) return null;
  const folder = resolve(worktree, pointed);
  return (await stat(join(folder, 'commondir')).catch(() => null)) ? folder : null;
}

/** The id of the session a worktree belongs to, or null when it is none of ours. */
export async function markerOf(path: string): Promise<string | null> {
  const folder = await adminFolder(path);
  return folder ? markerIn(folder) : null;
}

/** The session id in a worktree's admin folder. */
export async function markerIn(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, markerName), 'utf8').catch(() => '');
  return text.trim() || null;
}

/**
 * Marks a worktree as the session's. It lies beside git's own files, so it shows in no diff. Not
 * flushed: that would flush the whole checkout, and a marker that a power failure takes away only
 * makes removing refuse.
 */
export async function mark(folder: string, session: string): Promise<void> {
  const written = join(folder, `${markerName}.${randomUUID().slice(0, 8)}`);
  await writeFile(written, `${session}\n`, { flag: 'wx' });
  await rename(written, join(folder, markerName));
}
