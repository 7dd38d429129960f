// What git doesn't track in a checkout, without a look into folders that are ignored as such.
import { readdir } from 'node:fs/promises';
import { failure, gitBytes, gitTry } from '../git.ts';
import { pathIn } from './plumbing.ts';

/** Paths are bytes, as latin1; a folder that is one entry ends in a slash. */
export interface Untracked {
  /** Ignored files, and folders that are ignored as such. */
  ignored: string[];
  /** Other files, and folders with nothing tracked in them. */
  others: string[];
}

/** Asks git what is untracked in the checkout at `from`. @throws TempestError `git-failed`, `cancelled` */
export async function listUntracked(from: string, signal?: AbortSignal): Promise<Untracked> {
  const list = async (...more: string[]) => {
    const args = ['ls-files', '-z', '--others', '--directory', '--no-empty-directory', ...more];
    const bytes = await gitBytes([...args, '--exclude-standard'], { cwd: from, signal });
    return bytes.toString('latin1').split('\0').filter(Boolean);
  };
  const [ignored, others] = await Promise.all([list('--ignored'), list()]);
  return { ignored: await opened(from, ignored, signal), others };
}

/** Git tells a folder with nothing but ignored files as ignored, too: such folders are opened. */
async function opened(from: string, paths: string[], signal?: AbortSignal): Promise<string[]> {
  const folders = paths.filter((path) => path.endsWith('/'));
  if (folders.length === 0) return paths;
  const asSuch = await ignoredAsSuch(from, folders, signal);
  const inside: string[] = [];
  for (const folder of folders.filter((path) => !asSuch.has(path))) {
    inside.push(...(await childrenOf(from, folder)));
  }
  const rest = paths.filter((path) => !path.endsWith('/') || asSuch.has(path));
  return [...rest, ...(await opened(from, inside, signal))];
}

async function ignoredAsSuch(from: string, folders: string[], signal?: AbortSignal) {
  const input = Buffer.from(folders.map((path) => `${path.slice(0, -1)}\0`).join(''), 'latin1');
  const args = ['check-ignore', '-z', '--stdin'];
  const answer = await gitTry(args, { cwd: from, signal, input });
  if (answer.code > 1) throw failure(args, answer.code, answer.stderr);
  const told = answer.stdout.toString('latin1').split('\0').filter(Boolean);
  return new Set(told.map((path) => `${path}/`));
}

/** A repository inside is nobody's to look into. */
async function childrenOf(from: string, folder: string): Promise<string[]> {
  const place = pathIn(from, folder);
  const entries = await readdir(place, { withFileTypes: true, encoding: 'buffer' });
  const names = entries.map((entry) => Buffer.from(entry.name).toString('latin1'));
  if (names.includes('.git')) return [];
  return entries.map((entry, index) => `${folder}${names[index]}${entry.isDirectory() ? '/' : ''}`);
}
