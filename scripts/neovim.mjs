// Finds a Neovim that Tempest supports: on PATH, at $TEMPEST_NVIM, in the cache, or by a download.
import { accessSync, constants } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { cachedNeovims, debianReleases, downloadNeovim } from './debian/neovim.mjs';
import { run } from './run.mjs';

/** @typedef {{ path: string, version: string }} Neovim */

export const oldestSupported = '0.10.4';

const advice =
  `Install Neovim ${oldestSupported} or later (https://neovim.io/doc/install) so that \`nvim\` is on PATH, ` +
  'or set TEMPEST_NVIM to its path.';

/**
 * @param {object} [where]
 * @param {NodeJS.ProcessEnv} [where.env]
 * @param {string} [where.cache] parent of downloaded versions
 * @param {string} [where.suite] only one from this release of Debian will do
 * @param {(line: string) => void} [where.say] told what takes long
 * @returns {Promise<Neovim>}
 * @throws {Error} that says what was tried and what to do
 */
export async function findNeovim({
  env = process.env,
  cache = neovimCache(env),
  suite,
  say = () => {},
} = {}) {
  const installed = suite ? null : ((await onPath(env)) ?? (await named(env)));
  if (installed) return installed;
  const suites = suite ? [suite] : debianReleases.map((release) => release.suite);
  const cached = await cachedNeovims(cache);
  for (const wanted of suites) {
    const match = cached.find((neovim) => neovim.suite === wanted);
    if (match) return match;
  }
  return download({ env, cache, suites, say });
}

/** @param {NodeJS.ProcessEnv} env */
export function neovimCache(env) {
  const xdg = env.XDG_CACHE_HOME;
  const base = xdg && isAbsolute(xdg) ? xdg : join(env.HOME || userInfo().homedir, '.cache');
  return join(base, 'tempest', 'neovim');
}

/**
 * @param {{ env: NodeJS.ProcessEnv, cache: string, suites: string[], say: (line: string) => void }} how
 * @returns {Promise<Neovim>}
 */
async function download({ env, cache, suites, say }) {
  if (!programOnPath('apt-get', env)) {
    throw new Error(`No Neovim ${oldestSupported} or later was found. ${advice}`);
  }
  const failures = [];
  for (const suite of suites) {
    say(`Downloading Neovim (Debian ${suite}) into ${cache}`);
    try {
      return await downloadNeovim(cache, suite);
    } catch (error) {
      failures.push(`From Debian ${suite}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Error(`Neovim could not be downloaded. ${advice}\n${failures.join('\n')}`);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Neovim | null>}
 */
async function onPath(env) {
  for (const path of programsOnPath('nvim', env)) {
    const version = await versionOf(path, env);
    if (version && isSupported(version)) return { path, version };
  }
  return null;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Neovim | null>}
 */
async function named(env) {
  const path = env.TEMPEST_NVIM;
  if (!path) return null;
  const version = await versionOf(path, env);
  if (version && isSupported(version)) return { path, version };
  const what = version ? `is Neovim ${version}` : 'does not run';
  throw new Error(`TEMPEST_NVIM: ${path} ${what}; ${oldestSupported} or later is needed.`);
}

/**
 * @param {string} path
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | null>} null when it is no Neovim
 */
async function versionOf(path, env) {
  const said = await run(path, ['--version'], { env, timeoutMs: 20_000 }).catch(() => '');
  return said.match(/^NVIM v(\d+\.\d+\.\d+)/)?.[1] ?? null;
}

/** @param {string} version */
function isSupported(version) {
  return version.localeCompare(oldestSupported, 'en', { numeric: true }) >= 0;
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 */
function programOnPath(name, env) {
  return programsOnPath(name, env)[0];
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
function programsOnPath(name, env) {
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
