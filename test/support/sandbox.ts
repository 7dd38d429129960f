// A world of its own for a test: HOME, XDG folders, environment, repositories, and an end to it all.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Places, placesFrom } from '../../src/core/places.ts';
import { lockHolder } from '../../src/rpc/lock.ts';
import { endTerminals } from './host.ts';
import { processesOf, signal } from './processes.ts';
import { fixtureGit, makeRepo, type RepoOptions } from './repository.ts';
import { until } from './until.ts';

export interface Sandbox {
  /** Short: a socket's path is limited to 107 bytes. */
  root: string;
  home: string;
  /** The whole environment for what the test starts. */
  env: Record<string, string>;
  places: Places;
  /** Runs git with a name and an e-mail, which `env` has not. */
  git(cwd: string, ...args: string[]): Promise<string>;
  /** Makes a repository under `root`; `path` is relative to it. */
  repo(options?: Partial<RepoOptions>): Promise<string>;
  /** Called first thing in `dispose`, last added first. */
  onDispose(end: () => void | Promise<void>): void;
  /** Ends daemon, terminal host and agents; throws when any other process is still there. */
  dispose(): Promise<void>;
}

/** A new one in a folder of its own, in `parent`. */
export async function sandbox(
  extraEnv: Record<string, string> = {},
  parent = tmpdir(),
): Promise<Sandbox> {
  const root = mkdtempSync(join(parent, 'tp-'));
  const env = { ...makeEnv(root), ...extraEnv };
  for (const name of ['HOME', 'TMPDIR', 'XDG_RUNTIME_DIR']) {
    mkdirSync(env[name] ?? root, { recursive: true, mode: 0o700 });
  }
  const places = placesFrom(env);
  const ends: (() => void | Promise<void>)[] = [];
  let repos = 0;
  return {
    root,
    home: join(root, 'home'),
    env,
    places,
    git: (cwd, ...args) => fixtureGit(env, cwd, args),
    repo: ({ path, ...rest } = {}) => {
      repos += 1;
      return makeRepo(env, { path: join(root, path ?? `rÉpo ${repos}`), ...rest });
    },
    onDispose: (end) => ends.unshift(end),
    dispose: async () => {
      for (const end of ends.splice(0)) await end();
      await endEverything(root, places);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Nothing of the person's reaches a test but the programs on PATH: no identity, no credential. */
function makeEnv(root: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: join(root, 'home'),
    TMPDIR: join(root, 'tmp'),
    XDG_CONFIG_HOME: join(root, 'config'),
    XDG_STATE_HOME: join(root, 'state'),
    XDG_DATA_HOME: join(root, 'data'),
    XDG_CACHE_HOME: join(root, 'cache'),
    XDG_RUNTIME_DIR: join(root, 'run'),
    XDG_CONFIG_DIRS: join(root, 'config'),
    XDG_DATA_DIRS: join(root, 'data'),
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TERM: 'xterm-256color',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CEILING_DIRECTORIES: root,
  };
}

/**
 * The daemon first, lest it starts anything anew; then the host, after its terminals. One of them that was
 * only being started when the test ended comes up within that time, and is ended then.
 */
async function endEverything(root: string, places: Places): Promise<void> {
  const told = new Set<number>();
  const end = (pid: number) => {
    if (!told.has(pid)) signal(pid, 'SIGTERM');
    told.add(pid);
  };
  const isOver = async () => {
    const living = new Set(processesOf(root).map(({ pid }) => pid));
    if (living.size === 0) return true;
    const daemon = lockHolder(places.daemonLock)?.pid ?? 0;
    if (living.has(daemon)) end(daemon);
    else {
      const host = (await endTerminals(places.hostSocket)) ?? 0;
      if (living.has(host)) end(host);
    }
    return false;
  };
  await until(isOver, { what: 'all processes to end' }).catch(() => {});
  const left = processesOf(root);
  for (const { pid } of left) signal(pid, 'SIGKILL');
  if (left.length > 0) {
    const list = left.map(({ pid, command }) => `${pid} ${command}`).join('\n');
    throw new Error(`processes left behind (ended now):\n${list}`);
  }
}
