// Installs Debian packages into a folder of a cache: all of it or nothing, however many try at once.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { unpackPackages } from './packages.mjs';

/**
 * Each run works in a folder of its own, and the first to finish wins.
 * @template T
 * @param {object} request
 * @param {string} request.cache parent of the installation's folder
 * @param {string} request.suite release of Debian, such as `trixie`
 * @param {string[]} request.packages
 * @param {(root: string) => Promise<string>} request.finish makes what was unpacked ready to use, and
 *   returns the absolute path where it shall stand
 * @param {(home: string) => Promise<T | null>} request.read null when what stands there is not usable
 * @returns {Promise<T>}
 */
export async function installPackages({ cache, suite, packages, finish, read }) {
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  const work = mkdtempSync(join(cache, '.download-'));
  try {
    const root = join(work, 'root');
    await unpackPackages({ suite, packages, into: root, scratch: join(work, 'apt') });
    const home = await finish(root);
    return await moveIntoPlace(root, home, read);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @template T
 * @param {string} root
 * @param {string} home
 * @param {(home: string) => Promise<T | null>} read
 * @returns {Promise<T>}
 */
async function moveIntoPlace(root, home, read) {
  const earlier = await read(home);
  if (earlier) return earlier;
  if (existsSync(home)) renameSync(home, join(root, '..', 'broken'));
  try {
    renameSync(root, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  }
  const installed = await read(home);
  if (!installed) throw new Error(`what was downloaded to ${home} does not run here`);
  return installed;
}

/**
 * The command line that runs an unpacked program with the unpacked loader and libraries.
 * @param {string} root
 * @param {string} program relative to it
 * @returns {[string, ...string[]]}
 */
export function byOwnLoader(root, program) {
  const folder = join(root, libraryFolder(root));
  return [join(folder, loaderName(folder)), '--library-path', folder, join(root, program)];
}

/**
 * Where the unpacked C library is, relative to `root`.
 * @param {string} root
 */
export function libraryFolder(root) {
  const triplet = namesIn(join(root, 'usr/lib')).find((name) =>
    existsSync(join(root, 'usr/lib', name, 'libc.so.6')),
  );
  if (!triplet) throw new Error('the downloaded packages hold no C library');
  return join('usr/lib', triplet);
}

/** @param {string} libraries absolute */
export function loaderName(libraries) {
  const name = namesIn(libraries).find((name) => /^ld-linux.*\.so/.test(name));
  if (!name) throw new Error('the downloaded packages hold no loader');
  return name;
}

/**
 * @param {string} root
 * @param {string} program
 * @param {string[]} args
 */
export function runByOwnLoader(root, program, args) {
  const [loader, ...before] = byOwnLoader(root, program);
  return run(loader, [...before, ...args]);
}

/**
 * Makes programs find their own loader and libraries by themselves, so that neither a wrapper nor the
 * environment is needed: they know their own path, and what they start inherits nothing. Needs `patchelf`
 * among the packages.
 * @param {string} root where they are now
 * @param {string} home where they are going to be
 * @param {string[]} programs in `usr/bin`
 */
export async function makeSelfContained(root, home, programs) {
  const libraries = libraryFolder(root);
  for (const program of programs) {
    await runByOwnLoader(root, 'usr/bin/patchelf', [
      ...['--set-interpreter', join(home, libraries, loaderName(join(root, libraries)))],
      ...['--force-rpath', '--set-rpath', `$ORIGIN/../../${libraries}`],
      join(root, 'usr/bin', program),
    ]);
  }
}

/** Removes what a download that was interrupted more than a day ago left. @param {string} cache */
function removeAbandoned(cache) {
  const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
  for (const name of namesIn(cache).filter((name) => name.startsWith('.download-'))) {
    const path = join(cache, name);
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (changed < dayAgo) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @returns {string[]} nothing when it is not there
 */
export function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
