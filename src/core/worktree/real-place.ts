// The real path of a place, refused where it is not UTF-8: no string can name such a place.
import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TempestError } from '../errors.ts';

/** What stands in a string for bytes that are not UTF-8. */
const replaced = '\uFFFD';

/**
 * The real path of `path`, which must be there.
 * @throws TempestError `bad-request` when the path is not UTF-8, or what the file system says.
 */
export async function realPlace(path: string): Promise<string> {
  const real = await realpath(path).catch((error) => {
    throw path.includes(replaced) ? notUtf8(path) : error;
  });
  // A name may hold the very character that stands for what is none: then it is there.
  if (real.includes(replaced) && !(await isThere(real))) throw notUtf8(real);
  return real;
}

/**
 * The real path of `path`, or of the folder nearest above it where it is a file or not there yet.
 * @throws TempestError `bad-request` when it is not UTF-8: the folder above is somewhere else then.
 */
export async function nearestFolder(path: string): Promise<string> {
  const wanted = resolve(path);
  const found = await stat(wanted).catch(() => null);
  if (found?.isDirectory()) return realPlace(wanted);
  if (!found && wanted.includes(replaced)) throw notUtf8(wanted);
  const parent = dirname(wanted);
  if (parent === wanted) throw new TempestError('io-failed', `${wanted} can't be looked at`);
  return nearestFolder(parent);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

function notUtf8(path: string): TempestError {
  return new TempestError(
    'bad-request',
    `the path ${path} is not UTF-8, and Tempest can't work there`,
    'Rename that folder, or have the repository in one whose path is UTF-8.',
  );
}
