// A program in a PTY of our own, and the moments at which its output arrives: the same reader for every contender.
import { type IPty, spawn } from '@lydell/node-pty';

export interface Viewer {
  readonly pid: number;
  write(text: string): void;
  /** The time (`performance.now()`) at which `text` has come out in full, counted from this call on. */
  until(text: string): Promise<number>;
  /** Resolves when the program has ended. */
  readonly ended: Promise<void>;
  /** Ends it, by a hang-up as a closed terminal gives it. */
  end(): Promise<void>;
}

/** How a viewer is started: for a real terminal, or for Neovim's. */
export interface Invocation {
  file: string;
  args: string[];
}

export const size = { cols: 120, rows: 40 };
const withinMs = 120_000;

export function openViewer(
  file: string,
  args: string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Viewer {
  const pty: IPty = spawn(file, args, {
    cwd,
    env,
    ...size,
    name: 'xterm-256color',
    encoding: null,
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    pty.onExit(() => {
      over = true;
      resolve();
    });
  });
  let wanted: { text: Buffer; found(at: number): void } | null = null;
  let tail: Buffer = Buffer.alloc(0);
  pty.onData((data) => {
    const at = performance.now();
    // With `encoding: null` these are buffers; node-pty's types know of strings only.
    const chunk = data as unknown as Buffer;
    if (!wanted) return;
    const bytes = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk;
    if (bytes.includes(wanted.text)) {
      wanted.found(at);
      wanted = null;
    } else tail = bytes.subarray(Math.max(0, bytes.length - wanted.text.length + 1));
  });
  return {
    pid: pty.pid,
    ended,
    write: (text) => pty.write(text),
    until(text) {
      tail = Buffer.alloc(0);
      return new Promise<number>((resolve, reject) => {
        const limit = setTimeout(() => {
          reject(new Error(`${file} ${args.join(' ')} did not show ${text}`));
        }, withinMs);
        const found = (at: number) => {
          clearTimeout(limit);
          resolve(at);
        };
        wanted = { text: Buffer.from(text), found };
      });
    },
    async end() {
      if (!over) pty.kill('SIGHUP');
      await ended;
    },
  };
}
