// A place of its own for the demo: repository, XDG folders and environment, and an end to all of it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from '../run.mjs';
import { projectFiles } from './project.mjs';

/**
 * @typedef {object} Place
 * @property {string} root
 * @property {string} repo
 * @property {NodeJS.ProcessEnv} env in which nothing of the person's own sessions or settings is found
 * @property {(...args: string[]) => Promise<string>} tempest runs the command line in the repository
 * @property {(...args: string[]) => Promise<string>} git
 * @property {() => Promise<void>} end ends every process, then removes every file
 */

const project = resolve(import.meta.dirname, '../..');
const cli = join(project, 'dist/cli.js');

/**
 * @param {NodeJS.ProcessEnv} [extraEnv]
 * @returns {Promise<Place>}
 */
export async function makePlace(extraEnv = {}) {
  // A socket's path is limited to 107 bytes, and a temporary folder's can be long.
  const root = mkdtempSync(join(tmpdir().length < 40 ? tmpdir() : '/tmp', 'tempest-demo-'));
  const env = { ...demoEnvironment(root), ...extraEnv };
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
  const repo = join(root, 'corner-shop');
  for (const [name, content] of Object.entries(projectFiles)) {
    mkdirSync(dirname(join(repo, name)), { recursive: true });
    writeFileSync(join(repo, name), content);
  }
  const git = (/** @type {string[]} */ ...args) => run('git', args, { cwd: repo, env });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Open the shop');
  const tempest = (/** @type {string[]} */ ...args) =>
    run(process.execPath, [cli, ...args], { cwd: repo, env, timeoutMs: 60_000 });
  return { root, repo, env, git, tempest, end: () => end(root, tempest) };
}

/** @param {string} root */
function demoEnvironment(root) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(NVIM|TEMPEST_|GIT_(?!SSL_)|VIM|npm_)/.test(name),
  );
  const who = { NAME: 'Tempest demo', EMAIL: 'demo@localhost' };
  return {
    ...Object.fromEntries(kept),
    XDG_CONFIG_HOME: join(root, 'config'),
    XDG_STATE_HOME: join(root, 'state'),
    XDG_DATA_HOME: join(root, 'data'),
    XDG_CACHE_HOME: join(root, 'cache'),
    XDG_RUNTIME_DIR: join(root, 'run'),
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
  };
}

/**
 * Ends what it can, whatever of it fails: an agent that can't be closed ends with its terminal.
 * @param {string} root
 * @param {Place['tempest']} tempest
 */
export async function end(root, tempest) {
  try {
    await closeAll(tempest).catch(() => {});
    const { pid, hostPid } = JSON.parse(await tempest('serve', '--json'));
    await Promise.all([pid, hostPid].filter(Boolean).map(endProcess));
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {Place['tempest']} tempest */
async function closeAll(tempest) {
  const { sessions } = JSON.parse(await tempest('list', '--json'));
  const close = (/** @type {{ id: string }} */ { id }) => tempest('close', id);
  await Promise.allSettled(sessions.map(close));
}

/** Asks a process to end and waits until it has. @param {number} pid */
async function endProcess(pid) {
  const deadline = performance.now() + 10_000;
  let signal = /** @type {NodeJS.Signals | 0} */ ('SIGTERM');
  while (performance.now() < deadline) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    signal = 0;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`process ${pid} did not end`);
}
