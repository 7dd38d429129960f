// Runs a program in a real PTY, with a headless terminal that shows what a person would see.
import { Terminal } from '@xterm/headless';
import { openPty } from '../../src/terminal/pty.ts';
import { until } from './until.ts';

export interface ProgramOptions {
  cwd: string;
  env: Record<string, string>;
  cols?: number;
  rows?: number;
}

export interface Program {
  readonly pid: number;
  readonly terminal: Terminal;
  write(text: string): void;
  resize(cols: number, rows: number): void;
  /** The screen as text, without trailing blanks. */
  screen(): string;
  /** Scrollback and screen. */
  history(): string;
  /** All that the program wrote, as it came. */
  output(): string;
  /** Titles in the order in which they were set. */
  titles: readonly string[];
  /** Bodies of OSC 9, 99, 133, 777 and 1337, with their number, such as `9;4;0`; `BEL` for a bell. */
  signals: readonly string[];
  bracketedPaste(): boolean;
  exitCode(): number | null;
  /** Waits until the screen shows the text. */
  shows(text: string | RegExp): Promise<void>;
  exits(): Promise<number>;
  /** Ends it for good; no harm if it has ended. */
  kill(): void;
}

const watched = [9, 99, 133, 777, 1337];

export function runProgram(file: string, args: string[], options: ProgramOptions): Program {
  const { cwd, env, cols = 100, rows = 40 } = options;
  const terminal = new Terminal({ cols, rows, scrollback: 5000, allowProposedApi: true });
  const titles: string[] = [];
  const signals: string[] = [];
  const output: Buffer[] = [];
  let code: number | null = null;
  // Of the product's own making, since it gives all output, and gives it before the exit.
  const pty = openPty(
    { id: '', file, args, cwd, env, cols, rows },
    {
      onData(chunk) {
        output.push(chunk);
        terminal.write(chunk);
      },
      // The terminal takes what is written a moment later.
      onExit: (exit) => terminal.write('', () => (code = exit.code ?? -1)),
    },
  );
  const write = (text: string) => void pty.write(Buffer.from(text)).catch(() => {});

  terminal.onTitleChange((title) => titles.push(title));
  terminal.onBell(() => signals.push('BEL'));
  // Answers to the program's questions, as a real terminal gives them.
  terminal.onData(write);
  for (const number of watched) {
    terminal.parser.registerOscHandler(number, (body) => {
      signals.push(`${number};${body}`);
      return false;
    });
  }

  const text = (from: number, to: number) => {
    const { active } = terminal.buffer;
    const lines: string[] = [];
    for (let y = from; y < to; y++) lines.push(active.getLine(y)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  };
  const history = () => text(0, terminal.buffer.active.length);
  const screen = () => text(terminal.buffer.active.baseY, terminal.buffer.active.length);
  const waitFor = async <T>(what: string, condition: () => T) => {
    try {
      return await until(condition, { what });
    } catch (cause) {
      throw new Error(`in vain for ${what}; the screen was:\n${screen()}`, { cause });
    }
  };
  return {
    pid: pty.pid,
    terminal,
    write,
    resize(newCols, newRows) {
      terminal.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    screen,
    history,
    output: () => Buffer.concat(output).toString(),
    titles,
    signals,
    bracketedPaste: () => terminal.modes.bracketedPasteMode,
    exitCode: () => code,
    shows: async (wanted) => {
      const isThere = () =>
        typeof wanted === 'string' ? screen().includes(wanted) : wanted.test(screen());
      await waitFor(`${wanted} on the screen`, isThere);
    },
    exits: async () => {
      await waitFor('the program to exit', () => code !== null);
      return code ?? -1;
    },
    kill() {
      if (code !== null) return;
      try {
        // The whole group: what it started must not stay behind.
        process.kill(-pty.pid, 'SIGKILL');
      } catch {
        // It has ended just now.
      }
    },
  };
}
