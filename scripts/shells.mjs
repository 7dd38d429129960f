// Gets the shells for which there is completion, from Debian's archive where they aren't installed.
import { existsSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackages, makeSelfContained } from './debian/install.mjs';
import { neovimCache } from './neovim.mjs';
import { answers } from './run.mjs';

/** Raised when other packages are wanted than those that a cache may hold. */
const generation = 'shells-1';

/** @typedef {'bash' | 'zsh' | 'fish'} ShellName */

/**
 * @typedef {object} Shell
 * @property {string} path
 * @property {string} root to be put before the folders of its own that it was built with; empty for an installed one
 */

/**
 * The one on PATH, else one from Debian's archive.
 * @param {ShellName} name
 * @returns {Promise<Shell>}
 */
export async function findShell(name) {
  if (await answers(name, '--version')) return { path: name, root: '' };
  const root = await unpacked().catch((cause) => {
    throw new Error(`${name} is needed: install it so that it is on PATH`, { cause });
  });
  return { path: join(root, 'usr/bin', name), root };
}

/** @returns {Promise<string>} where they are */
function unpacked() {
  const home = join(dirname(neovimCache(process.env)), generation);
  if (existsSync(home)) return Promise.resolve(home);
  return installPackages({
    cache: dirname(home),
    suite: 'trixie',
    packages: ['zsh', 'fish', 'patchelf'],
    finish: async (root) => {
      await makeSelfContained(root, home, ['zsh', 'fish']);
      // Fish looks for all that is its own beside itself when both `share` and `etc` are there.
      symlinkSync('../etc', join(root, 'usr/etc'));
      return home;
    },
    read: async (folder) =>
      (await answers(join(folder, 'usr/bin/fish'), '--version')) ? folder : null,
  });
}
