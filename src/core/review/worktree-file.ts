// A file of a worktree as it is now.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { linesOf } from './anchor.ts';

/** A path from the top of a worktree; `rawPath` has its bytes in base64 when they are not UTF-8. */
export interface FilePlace {
  path: string;
  rawPath: string | null;
}

/** More than this is no text that anybody comments on. Bytes. */
const mostBytes = 16 * 1024 * 1024;

/** The lines of the file; null when it is not there, or no file that could be read as text. */
export async function worktreeLines(worktree: string, place: FilePlace): Promise<string[] | null> {
  const path = Buffer.concat([Buffer.from(`${worktree}/`), bytesOf(place)]);
  // Without waiting for the other end, where it is a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (!file) return null;
  try {
    const info = await file.stat();
    if (!info.isFile() || info.size > mostBytes) return null;
    return linesOf((await file.readFile()).toString('utf8'));
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/** Throws `bad-request` for a path that leads out of the worktree. */
export function checkPlace(place: FilePlace): void {
  const parts = bytesOf(place).toString('latin1').split('/');
  const isInside = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (isInside && !parts.includes('.git')) return;
  throw new TempestError(
    'bad-request',
    `${JSON.stringify(place.path)} is no path of a file in the worktree`,
    'Give it from the top of the worktree, as git does.',
  );
}

export function bytesOf({ path, rawPath }: FilePlace): Buffer {
  return rawPath === null ? Buffer.from(path) : Buffer.from(rawPath, 'base64');
}
