// Runs the built `tempest` as a shell would: with pipes, or in a real terminal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import xterm from '@xterm/headless';
import { openPty } from '../../../src/terminal/pty.ts';
import { hangMs } from '../../support/limits.ts';
import { signal } from '../../support/processes.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { until } from '../../support/until.ts';

export const program = resolve(import.meta.dirname, '../../../dist/cli.js');

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Standard input; empty when left out. */
  input?: string;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs to the end, with pipes on all three channels. */
export async function tempest(
  box: Sandbox,
  args: string[],
  { cwd = box.root, env = {}, input = '' }: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...box.env, ...env },
    stdio: 'pipe',
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), hangMs);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  clearTimeout(limit);
  return { code: child.exitCode, stdout, stderr };
}

/** The one JSON document that a successful command answered with. */
export async function tempestJson(
  box: Sandbox,
  args: string[],
  options?: RunOptions,
): Promise<unknown> {
  const { code, stdout, stderr } = await tempest(box, [...args, '--json'], options);
  if (code !== 0) throw new Error(`tempest ${args.join(' ')}: exit code ${code}\n${stderr}`);
  return JSON.parse(stdout);
}

export interface TerminalRun {
  pid: number;
  /** Lines of the screen as a person sees them, without trailing blanks. */
  screen(): string[];
  /** Everything it wrote, escape sequences included. */
  raw(): string;
  type(keys: string): void;
  resize(cols: number, rows: number): void;
  waitFor(pattern: RegExp): Promise<void>;
  /** The exit code. */
  ended: Promise<number>;
}

/** Runs in a terminal of its own; ended with the sandbox. */
export function tempestInTerminal(
  box: Sandbox,
  args: string[],
  {
    cwd = box.root,
    env = {},
    cols = 100,
    rows = 30,
  }: RunOptions & { cols?: number; rows?: number } = {},
): TerminalRun {
  return inTerminal(box, process.execPath, [program, ...args], { cwd, env, cols, rows });
}

export function inTerminal(
  box: Sandbox,
  file: string,
  args: string[],
  {
    cwd,
    env,
    cols,
    rows,
  }: { cwd: string; env: Record<string, string>; cols: number; rows: number },
): TerminalRun {
  const screen = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  const bytes: Buffer[] = [];
  const spec = { id: '', file, args, cwd, env: { ...box.env, ...env }, cols, rows };
  let code: number | null = null;
  let end = (_code: number) => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  // Of the product's own making, since it gives all output, and gives it before the exit.
  const pty = openPty(spec, {
    onData(chunk) {
      bytes.push(chunk);
      screen.write(chunk);
    },
    onExit(exit) {
      const last = exit.code ?? -1;
      code = last;
      // The screen takes what is written a moment later.
      screen.write('', () => end(last));
    },
  });
  const type = (keys: string) => void pty.write(Buffer.from(keys)).catch(() => {});
  // Answers to the program's questions, as a real terminal gives them.
  screen.onData(type);
  box.onDispose(async () => {
    if (code === null) signal(pty.pid, 'SIGKILL');
    await ended;
    screen.dispose();
  });
  const lines = () =>
    Array.from({ length: screen.rows }, (_, row) => {
      const { active } = screen.buffer;
      return active.getLine(active.baseY + row)?.translateToString(true) ?? '';
    });
  return {
    pid: pty.pid,
    screen: lines,
    raw: () => Buffer.concat(bytes).toString(),
    type,
    resize(newCols, newRows) {
      screen.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    async waitFor(pattern) {
      await until(() => pattern.test(lines().join('\n')), { what: String(pattern) }).catch(() => {
        throw new Error(`waited in vain for ${pattern} on this screen:\n${lines().join('\n')}`);
      });
    },
    ended,
  };
}
