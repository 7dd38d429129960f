// `npm start [path]`: opens Neovim with Tempest on a repository, after whatever set-up is missing.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build.mjs';
import { installIfStale } from './install.mjs';
import { loadTempest } from './load.mjs';
import { findNeovim } from './neovim.mjs';

const usage = `npm start [path]       open the repository at path (default: here) in Neovim with Tempest
npm start -- --demo    the same on a repository made for the occasion, with three sessions at work`;

const say = (/** @type {string} */ line) => console.error(line);

/** @returns {Promise<number>} exit code */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { demo: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help || positionals.length > 1) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  installIfStale({ say });
  await buildIfStale({ say });
  if (!values.demo) return openRepository(positionals[0] ?? '.');
  if (!process.stdout.isTTY) {
    const { runTour } = await import('./demo/tour.mjs');
    return (await runTour()) ? 0 : 1;
  }
  const { showDemo } = await import('./demo/show.mjs');
  return showDemo(openNeovim);
}

/** npm runs scripts in the package's folder, and tells where the person stood. @param {string} path */
function openRepository(path) {
  const place = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  if (!existsSync(place)) throw new Error(`There is no ${place}.`);
  const isFolder = statSync(place).isDirectory();
  return openNeovim({
    cwd: isFolder ? place : dirname(place),
    args: isFolder ? [] : [place],
    env: withoutNpm(process.env),
  });
}

/**
 * @param {{ cwd: string, args: string[], env: NodeJS.ProcessEnv }} how
 * @returns {Promise<number>} exit code
 */
async function openNeovim({ cwd, args, env }) {
  const { path } = await findNeovim({ say });
  // Not for this Neovim's sake, but for what its terminals start, such as git's editor.
  const PATH = [env.PATH, dirname(path)].filter(Boolean).join(delimiter);
  const child = spawn(path, [...loadTempest(), ...args], {
    cwd,
    env: { ...env, PATH },
    stdio: 'inherit',
  });
  // Ctrl-C is Neovim's to handle.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code) => done(code ?? 1));
  });
}

/** What npm sets for its scripts would reach every terminal in Neovim. @param {NodeJS.ProcessEnv} env */
function withoutNpm(env) {
  const kept = Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE$|COLOR$)/.test(name));
  return Object.fromEntries(kept);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
