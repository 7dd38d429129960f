// Drives a real Neovim as a person would: keys in, screen out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { attach, type NeovimClient } from 'neovim';
import { inject } from 'vitest';
import { makeGrid } from './grid.ts';
import { signal } from './processes.ts';
import type { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

export interface NeovimVersion {
  version: string;
  path: string;
}

/** Every Neovim the tests run on, oldest first: `describe.each(neovims)('Neovim $version', …)`. */
export const neovims: NeovimVersion[] = inject('neovims');

export interface StartOptions {
  sandbox: Sandbox;
  /** One of `neovims`; the newest when left out. */
  version?: string;
  cols?: number;
  rows?: number;
  /** Put at the beginning of 'runtimepath'; the project itself when left out. */
  rtp?: string[];
  cwd?: string;
  /** Further arguments, such as files to edit. */
  args?: string[];
  env?: Record<string, string>;
}

export interface Nvim {
  client: NeovimClient;
  pid: number;
  /** The screen's lines, without trailing blanks. */
  screen(): string[];
  /** Highlight groups at a 0-based row and column of the screen. */
  highlightsAt(row: number, column: number): string[];
  cursor(): { row: number; column: number };
  /** As the UI sees it: `normal`, `insert`, `terminal`, `cmdline_normal`, … */
  mode(): string;
  /** Types, in the notation of `:help key-notation`. */
  feed(keys: string): Promise<void>;
  command(command: string): Promise<void>;
  /** Runs Lua with `args` as `...`; what it returns must be representable in msgpack. */
  lua<T = unknown>(code: string, args?: unknown[]): Promise<T>;
  /** Resolves with the first match in the screen's text (lines joined by newlines). */
  waitForText(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Ends it at once, by default as hard as can be. */
  kill(name?: NodeJS.Signals): Promise<void>;
}

const project = resolve(import.meta.dirname, '../..');

/** Starts an embedded Neovim with a UI attached; ended with the sandbox. */
export async function startNvim({
  sandbox,
  version = neovims.at(-1)?.version ?? '',
  cols = 100,
  rows = 30,
  rtp = [project],
  cwd = sandbox.root,
  args = [],
  env = {},
}: StartOptions): Promise<Nvim> {
  const path = neovims.find((neovim) => neovim.version === version)?.path;
  if (!path) throw new Error(`no Neovim ${version} among ${neovims.map((n) => n.version)}`);
  const setRtp = rtp
    .toReversed()
    .flatMap((folder) => ['--cmd', `set rtp^=${escapeOption(folder)}`]);
  const child = spawn(path, ['--embed', ...setRtp, ...args], {
    cwd,
    env: { ...sandbox.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  const client = attach({ proc: child, options: { logger: silent } });
  const grid = makeGrid();
  client.on('notification', (name: string, batches: unknown[]) => {
    if (name === 'redraw') grid.redraw(batches);
  });
  const pid = child.pid ?? 0;
  const kill = async (name: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) signal(pid, name);
    await exited;
  };
  sandbox.onDispose(() => kill());
  await client.uiAttach(cols, rows, { rgb: true, ext_linegrid: true, ext_hlstate: true });
  return {
    client,
    pid,
    screen: () => grid.lines(),
    highlightsAt: (row, column) => grid.highlightsAt(row, column),
    cursor: () => grid.cursor,
    mode: () => grid.mode,
    feed: async (keys) => {
      await client.input(keys);
    },
    command: async (command) => {
      await client.command(command);
    },
    lua: async <T>(code: string, luaArgs: unknown[] = []) =>
      (await client.lua(code, luaArgs as [])) as T,
    waitForText: async (pattern) => {
      const text = () => grid.lines().join('\n');
      const found = until(() => text().match(pattern), { what: String(pattern) });
      return found.catch(() => {
        throw new Error(`waited in vain for ${pattern} on this screen:\n${text()}`);
      });
    },
    kill,
  };
}

function escapeOption(value: string): string {
  return value.replace(/[\\ ,|"]/g, '\\$&');
}

const silent = {
  level: 'error',
  info: () => silent,
  warn: () => silent,
  error: () => silent,
  debug: () => silent,
} as unknown as NonNullable<NonNullable<Parameters<typeof attach>[0]['options']>['logger']>;
