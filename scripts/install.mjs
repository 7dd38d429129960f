// Installs the npm packages when the lock file is newer than what is installed.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '..');

/**
 * `npm ci` also builds, by the `prepare` script. Its output goes to standard error.
 * @param {{ say?: (line: string) => void }} [options]
 */
export function installIfStale({ say = () => {} } = {}) {
  const installed = changedAt(join(project, 'node_modules/.package-lock.json'));
  if (installed >= changedAt(join(project, 'package-lock.json'))) return;
  say('Installing npm packages');
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: project,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('npm ci failed', { cause: error });
}

/** @param {string} path */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
