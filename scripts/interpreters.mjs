// Gets the programs that the protocol's examples are written for, from Debian's archive where they aren't installed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { byOwnLoader, installPackages, makeSelfContained, namesIn } from './debian/install.mjs';
import { neovimCache } from './neovim.mjs';
import { answers } from './run.mjs';

/** Raised when other packages are wanted than those that a cache may hold. */
const generation = 'interpreters-1';

/**
 * @typedef {object} Interpreter
 * @property {string} path
 * @property {string[]} args to be put before the others
 * @property {Record<string, string>} env what it needs beside its caller's environment
 */

/** @returns {Promise<Interpreter>} */
export async function findPython() {
  if (await answers('python3', '--version')) return { path: 'python3', args: [], env: {} };
  // It finds what is its own beside itself.
  const [path, ...args] = pythonCommand(await unpacked('python3'));
  return { path, args, env: {} };
}

/** @returns {Promise<Interpreter>} */
export async function findVim() {
  if (await answers('vim', '--version')) return { path: 'vim', args: [], env: {} };
  const root = await unpacked('vim');
  const runtime = join(root, 'usr/share/vim');
  const version = namesIn(runtime).find((name) => /^vim\d+$/.test(name)) ?? '';
  return {
    path: vimIn(root),
    args: [],
    env: { VIM: runtime, VIMRUNTIME: join(runtime, version) },
  };
}

/**
 * Both at once: whoever lacks one lacks the other, as a rule.
 * @param {string} wanted
 * @returns {Promise<string>} where they are
 */
async function unpacked(wanted) {
  const home = join(dirname(neovimCache(process.env)), generation);
  if (existsSync(home)) return home;
  try {
    return await installPackages({
      cache: dirname(home),
      suite: 'trixie',
      packages: ['python3', 'vim', 'patchelf'],
      finish: async (root) => {
        await makeSelfContained(root, home, ['vim.basic']);
        return home;
      },
      read: async (folder) => (await runsIn(folder)) && folder,
    });
  } catch (cause) {
    throw new Error(`${wanted} is needed: install it so that it is on PATH`, { cause });
  }
}

/** @param {string} folder */
async function runsIn(folder) {
  if (!existsSync(folder)) return null;
  const [python, ...args] = pythonCommand(folder);
  const both = [answers(python, ...args, '-c', 'import json'), answers(vimIn(folder), '--version')];
  return (await Promise.all(both)).every(Boolean) || null;
}

/** By its loader: it does not bear to be changed so that it finds that by itself. @param {string} root */
function pythonCommand(root) {
  const name = namesIn(join(root, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));
  return byOwnLoader(root, join('usr/bin', name ?? 'python3'));
}

/** @param {string} root */
function vimIn(root) {
  return join(root, 'usr/bin/vim.basic');
}
