// Gets a Neovim from Debian's archive into a cache folder, where it runs on any distribution's libraries.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { installPackages, makeSelfContained, namesIn, runByOwnLoader } from './install.mjs';

/** @typedef {{ version: string, path: string, suite: string }} DebianNeovim */

/** What Debian's releases carry; a release still in flux may have moved on to a later version. */
export const debianReleases = [
  { version: '0.12.4', suite: 'sid' },
  { version: '0.10.4', suite: 'trixie' },
];

/**
 * What was downloaded earlier and still runs.
 * @param {string} cache
 * @returns {Promise<DebianNeovim[]>}
 */
export async function cachedNeovims(cache) {
  const found = await Promise.all(namesIn(cache).map((name) => readInstalled(join(cache, name))));
  return found.filter((neovim) => neovim !== null);
}

/**
 * @param {string} cache parent of the version's folder
 * @param {string} suite
 * @returns {Promise<DebianNeovim>}
 */
export function downloadNeovim(cache, suite) {
  return installPackages({
    cache,
    suite,
    packages: ['neovim', 'patchelf'],
    finish: async (root) => {
      const version = await versionUnder(root);
      const home = join(cache, version);
      await makeSelfContained(root, home, ['nvim']);
      mkdirSync(join(root, 'bin'));
      symlinkSync('../usr/bin/nvim', join(root, 'bin/nvim'));
      writeFileSync(join(root, 'about.json'), `${JSON.stringify({ version, suite })}\n`);
      return home;
    },
    read: readInstalled,
  });
}

/**
 * @param {string} home
 * @returns {Promise<DebianNeovim | null>}
 */
async function readInstalled(home) {
  try {
    const { version, suite } = JSON.parse(readFileSync(join(home, 'about.json'), 'utf8'));
    const path = join(home, 'bin/nvim');
    await run(path, ['--version'], { timeoutMs: 20_000 });
    return { version: String(version), suite: String(suite), path };
  } catch {
    return null;
  }
}

/** @param {string} root */
async function versionUnder(root) {
  const said = await runByOwnLoader(root, 'usr/bin/nvim', ['--version']);
  const version = said.match(/^NVIM v(\d+\.\d+\.\d+)/)?.[1];
  if (!version) throw new Error('the downloaded Neovim does not tell its version');
  return version;
}
