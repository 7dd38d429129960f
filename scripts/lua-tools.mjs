// Gets luacheck for `npm run check`, from Debian's archive where it isn't installed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { byOwnLoader, installPackages } from './debian/install.mjs';
import { neovimCache } from './neovim.mjs';
import { answers } from './run.mjs';

/** @typedef {{ command: [string, ...string[]], env: NodeJS.ProcessEnv }} LuaTool */

/** Raised when other packages are wanted than those that a cache may hold. */
const generation = 'lua-tools-3';
const packages = ['lua-check', 'lua-filesystem', 'lua-argparse', 'lua5.1'];

/** @typedef {{ say?: (line: string) => void }} Options */

/**
 * The command line of luacheck: the one on PATH, else one from Debian's archive.
 * @param {Options} [options]
 * @returns {Promise<LuaTool>}
 */
export async function findLuacheck(options) {
  if (await answers('luacheck', '--version')) return { command: ['luacheck'], env: process.env };
  const home = await luaTools(options).catch((error) => {
    throw new Error('luacheck is needed: install it so that it is on PATH', { cause: error });
  });
  return luaUnder(home, '5.1', join(home, 'usr/bin/luacheck'));
}

/**
 * @param {Options} [options]
 * @returns {Promise<string>} where the tools are
 */
async function luaTools({ say = () => {} } = {}) {
  const home = join(dirname(neovimCache(process.env)), generation);
  if (existsSync(home)) return home;
  say('Downloading the Lua tools');
  return installPackages({
    cache: dirname(home),
    suite: 'trixie',
    packages,
    finish: async () => home,
    read: async (folder) => (existsSync(folder) ? folder : null),
  });
}

/**
 * @param {string} home
 * @param {string} version
 * @param {string[]} args
 * @returns {LuaTool}
 */
function luaUnder(home, version, ...args) {
  const [loader, ...rest] = byOwnLoader(home, `usr/bin/lua${version}`);
  const scripts = join(home, 'usr/share/lua', version);
  return {
    command: [loader, ...rest, ...args],
    env: {
      ...process.env,
      LUA_PATH: `${scripts}/?.lua;${scripts}/?/init.lua`,
      LUA_CPATH: `${rest[1]}/lua/${version}/?.so`,
    },
  };
}
