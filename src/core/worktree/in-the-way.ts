// Files that no tree holds, where a move from one tree to another would write: git takes what is ignored for worthless.
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { pathIn, plumbing, utf8 } from './plumbing.ts';

export interface Move {
  worktree: string;
  /** The index of the move; the worktree's own, unless told. */
  index?: string | undefined;
  from: string;
  to: string;
}

/**
 * The files on disk that `read-tree -m -u FROM TO` would overwrite or delete though neither FROM nor the index knows
 * them. Those that aren't ignored are among them, which git itself refuses. Paths are latin1.
 */
export async function filesInTheWay({ worktree, index, from, to }: Move): Promise<string[]> {
  const run = plumbing({ cwd: worktree });
  const compare = ['diff-tree', '-r', '-z', '--no-renames', '--diff-filter=AD', '--name-status'];
  const told = (await run([...compare, from, to])).split('\0');
  const [added, known]: [string[], Set<string>] = [[], new Set()];
  for (let at = 0; at + 1 < told.length; at += 2) {
    const path = told[at + 1] ?? '';
    if (told[at] === 'A') added.push(path);
    else known.add(path);
  }
  const look = looker(worktree);
  const found = new Set<string>();
  for (const path of added) for (const file of await occupying(look, path)) found.add(file);
  const unknown = [...found].filter((path) => !known.has(path));
  if (unknown.length === 0) return [];
  const indexed = new Set((await run(['ls-files', '-z', '--cached'], { index })).split('\0'));
  return unknown.filter((path) => !indexed.has(path));
}

/** @throws TempestError `unsaved-work` with the files' names, when there are any. */
export async function refuseInTheWay(move: Move): Promise<void> {
  const files = await filesInTheWay(move);
  if (files.length === 0) return;
  const more = files.length > 5 ? ` and ${files.length - 5} more` : '';
  const names = files.slice(0, 5).map(utf8);
  throw new TempestError(
    'unsaved-work',
    `files that git ignores are in the way in ${move.worktree}: ${names.join(', ')}${more}`,
    'Move them away, then do it again. Nothing was changed.',
  );
}

interface Look {
  stat(path: string): Promise<Stats | null>;
  /** All files in a folder, however deep. */
  files(folder: string): Promise<string[]>;
}

function looker(worktree: string): Look {
  const seen = new Map<string, Promise<Stats | null>>();
  const stat = (path: string) => {
    const known = seen.get(path);
    if (known) return known;
    const asked = lstat(pathIn(worktree, path)).catch(() => null);
    seen.set(path, asked);
    return asked;
  };
  const files = async (folder: string): Promise<string[]> => {
    const options = { withFileTypes: true, encoding: 'buffer' } as const;
    const entries = await readdir(pathIn(worktree, folder), options);
    const below = entries.map((entry) => {
      const path = `${folder}/${Buffer.from(entry.name).toString('latin1')}`;
      return entry.isDirectory() ? files(path) : [path];
    });
    return (await Promise.all(below)).flat();
  };
  return { stat, files };
}

/** What stands where a file is to come: that file, a file in place of one of its folders, or all in a folder in its place. */
async function occupying({ stat, files }: Look, path: string): Promise<string[]> {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const prefix = parts.slice(0, depth).join('/');
    const there = await stat(prefix);
    if (!there) return [];
    if (!there.isDirectory()) return [prefix];
  }
  return await files(path);
}
