// What git doesn't track in a checkout, without a look into folders that are ignored as such.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { failure, gitTry } from '../git.ts';
import { pathIn } from './plumbing.ts';

/** Paths are bytes, as latin1. */
export interface Untracked {
  /** Ignored or not, but for those in the folders. */
  files: string[];
  /** Those that are ignored as such, like node_modules, each with a slash at its end. */
  ignoredFolders: string[];
}

/** What git says where files can't be asked for: a bare repository, or a folder that is no repository (any more). */
const noCheckout = /must be run in a work tree|not a git repository/;

/**
 * Asks git what is untracked in the checkout at `from`; repositories inside are left out. One git where
 * there are files alone, and one more for each level of untracked folders in folders. Nothing is, where
 * there is no checkout.
 * @throws TempestError `git-failed`, `cancelled`
 */
export async function listUntracked(from: string, signal?: AbortSignal): Promise<Untracked> {
  const found: Untracked = { files: [], ignoredFolders: [] };
  if (!existsSync(from)) return found;
  const args = ['ls-files', '-z', '--others', '--directory', '--no-empty-directory'];
  const answer = await gitTry(args, { cwd: from, signal });
  if (answer.code !== 0 && noCheckout.test(answer.stderr)) return found;
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  let paths = answer.stdout.toString('latin1').split('\0').filter(Boolean);
  while (paths.length > 0) {
    const folders = paths.filter((path) => path.endsWith('/'));
    const ignored = await ignoredAsSuch(from, folders, signal);
    found.files.push(...paths.filter((path) => !path.endsWith('/')));
    found.ignoredFolders.push(...ignored);
    const others = folders.filter((path) => !ignored.has(path));
    paths = (await Promise.all(others.map((folder) => childrenOf(from, folder)))).flat();
  }
  return found;
}

async function ignoredAsSuch(
  from: string,
  folders: string[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  if (folders.length === 0) return new Set();
  const input = Buffer.from(folders.map((path) => `${path.slice(0, -1)}\0`).join(''), 'latin1');
  const args = ['check-ignore', '-z', '--stdin'];
  const answer = await gitTry(args, { cwd: from, signal, input });
  if (answer.code > 1) throw failure(args, answer.code, answer.stderr);
  const told = answer.stdout.toString('latin1').split('\0').filter(Boolean);
  return new Set(told.map((path) => `${path}/`));
}

/** None of a repository, which is nobody's to look into, and none of a folder that is gone meanwhile. */
async function childrenOf(from: string, folder: string): Promise<string[]> {
  const options = { withFileTypes: true, encoding: 'buffer' } as const;
  const entries = await readdir(pathIn(from, folder), options).catch(() => []);
  const names = entries.map((entry) => Buffer.from(entry.name).toString('latin1'));
  if (names.includes('.git')) return [];
  return entries.map((entry, index) => `${folder}${names[index]}${entry.isDirectory() ? '/' : ''}`);
}
