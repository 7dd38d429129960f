// Builds the programs when a source is newer than what was built from it.
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './run.mjs';

const project = resolve(import.meta.dirname, '..');

/** One of each format; tsup writes them all in one go. */
const outputs = ['dist/cli.js', 'dist/daemon.js', 'rplugin/node/tempest/index.cjs'];
const sources = ['src', 'package.json', 'package-lock.json', 'tsup.config.ts'];

/** @param {{ say?: (line: string) => void }} [options] */
export async function buildIfStale({ say = () => {} } = {}) {
  if (!isStale()) return;
  say('Building');
  const tsup = join(project, 'node_modules/tsup/dist/cli-default.js');
  await run(process.execPath, [tsup], { cwd: project });
}

function isStale() {
  const built = Math.min(...outputs.map((name) => changedAt(join(project, name))));
  return sources.some((name) => newestUnder(join(project, name)) > built);
}

/**
 * @param {string} path
 * @returns {number} ms since 1970
 */
function newestUnder(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info?.isDirectory()) return info?.mtimeMs ?? 0;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newestUnder(join(path, name))));
}

/** @param {string} path */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
