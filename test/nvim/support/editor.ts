// A person's Neovim in a repository, with Tempest on its runtime path and the demo agent at hand.
import { type Nvim, type StartOptions, startNvim } from '../../support/neovim.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { until } from '../../support/until.ts';

export interface Editor extends Nvim {
  /** The sessions that Neovim knows of, by name. */
  sessions(): Promise<Record<string, SessionInLua>>;
  /** Waits for a session's status, as Neovim knows it. */
  status(name: string, status: RegExp): Promise<SessionInLua>;
  /**
   * Waits until a session of `:TempestNew!` has said that it is at work, which nothing that comes later is then
   * overwritten by, and has this status (default: its agent runs).
   */
  atWork(name: string, status?: RegExp): Promise<SessionInLua>;
  /** Waits for a mode as `:help mode()` names it. */
  inMode(mode: string): Promise<void>;
  /** Waits for a text in the current buffer, though it may have scrolled off the screen. */
  inBuffer(pattern: RegExp): Promise<void>;
  /** What `:messages` has. */
  messages(): Promise<string>;
}

/** The agent runs, whatever it does. */
export const running = /starting|working|waiting|idle/;

/** The fields that the tests look at. */
export interface SessionInLua {
  forkedFrom?: string;
  id: string;
  name: string;
  branch: string;
  worktree: string;
  status: string;
  prompt: string;
  unseen: boolean;
  generation: number;
}

/** Starts Neovim in `cwd`, the demo agent being quick. */
export async function startEditor(options: StartOptions & { sandbox: Sandbox }): Promise<Editor> {
  const nvim = await startNvim({
    ...options,
    env: { TEMPEST_DEMO_PACE: '20', ...options.env },
    args: ['-c', 'set noswapfile', ...(options.args ?? [])],
  });
  const sessions = async () => {
    const list = await nvim.lua<SessionInLua[] | Record<string, never>>(
      "return require('tempest').sessions()",
    );
    const all = Array.isArray(list) ? list : [];
    return Object.fromEntries(all.map((session) => [session.name, session]));
  };
  const status = (name: string, wanted: RegExp) =>
    until(
      async () => {
        const session = (await sessions())[name];
        return session && wanted.test(session.status) ? session : null;
      },
      { what: `${name} to be ${wanted}` },
    );
  const messages = () => nvim.lua<string>("return vim.fn.execute('messages')");
  return {
    ...nvim,
    sessions,
    status,
    atWork: async (name, wanted = running) => {
      const said = async () => (await messages()).includes(`tempest: ${name} is at work on `);
      await until(said, { what: `${name} to be said to be at work` });
      return await status(name, wanted);
    },
    inMode: async (mode) => {
      const is = async () => (await nvim.client.mode).mode === mode;
      await until(is, { what: `mode ${mode}` });
    },
    inBuffer: async (pattern) => {
      const all = "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')";
      await until(async () => pattern.test(await nvim.lua<string>(all)), { what: `${pattern}` });
    },
    messages,
  };
}

/** Names of all buffers, without those of Neovim's own plugins. */
export const bufferNames = (nvim: Nvim) =>
  nvim.lua<string[]>('return vim.tbl_map(vim.api.nvim_buf_get_name, vim.api.nvim_list_bufs())');

/** A program for `-- COMMAND…` that echoes each line it reads. */
export const echo = `sh -c 'echo ready; while read -r line; do echo "got $line"; done'`;
