// A file of a worktree as it is now.
import { lstat, readlink, realpath } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { readPlain } from '../plain-file.ts';
import { linesOf } from './anchor.ts';

/** A path from the top of a worktree; `rawPath` has its bytes in base64 when they are not UTF-8. */
export interface FilePlace {
  path: string;
  rawPath: string | null;
}

/**
 * The lines of the file; null when it is not there, or no file that could be read as text. As for git, a link's are those
 * of its own text, and nothing lies beyond a link: what it leads to may be anything of the person's.
 */
export async function worktreeLines(worktree: string, place: FilePlace): Promise<string[] | null> {
  const path = Buffer.concat([Buffer.from(`${worktree}/`), bytesOf(place)]);
  const bytes = await contentOf(worktree, path).catch(() => null);
  return bytes && linesOf(bytes.toString('utf8'));
}

async function contentOf(worktree: string, path: Buffer): Promise<Buffer | null> {
  const folder = path.subarray(0, path.lastIndexOf('/'));
  const [top, real] = await Promise.all([realpath(worktree), realpath(folder, 'buffer')]);
  const inside = folder.subarray(Buffer.byteLength(worktree));
  if (!real.equals(Buffer.concat([Buffer.from(top), inside]))) return null;
  const info = await lstat(path);
  return info.isSymbolicLink() ? readlink(path, 'buffer') : readPlain(path, { follow: false });
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
