// The demo agent's screen: what was said scrolls by, and below it stand a status line and the input box.
import { signals } from './signals.ts';

export const style = {
  bold: (text: string) => `\x1b[1m${text}\x1b[22m`,
  dim: (text: string) => `\x1b[2m${text}\x1b[22m`,
  accent: (text: string) => `\x1b[38;5;75m${text}\x1b[39m`,
  good: (text: string) => `\x1b[32m${text}\x1b[39m`,
  bad: (text: string) => `\x1b[31m${text}\x1b[39m`,
  ask: (text: string) => `\x1b[33m${text}\x1b[39m`,
};

/** What stands below the scrolled part. */
export interface Footer {
  /** Above the box; empty for none. */
  status: string[];
  input: string;
  /** Below the box. */
  hint: string;
}

export interface Output {
  write(text: string): void;
  columns(): number;
}

export interface Screen {
  /** Adds lines to what was said. */
  say(...lines: string[]): void;
  footer(next: Footer): void;
  /** Draws all of it anew, at the terminal's present width. */
  redraw(): void;
  /** Takes the footer away, for good. */
  end(): void;
}

/** Lines kept for drawing anew. */
const longestMemory = 2000;

export function screenOn(output: Output): Screen {
  const said: string[] = [];
  let below: Footer = { status: [], input: '', hint: '' };
  let height = 0;

  /** From the end of the footer back to its first line, everything below wiped. */
  const wipe = () => (height > 0 ? `\r${height > 1 ? `\x1b[${height - 1}A` : ''}\x1b[J` : '');
  const draw = (lines: readonly string[], start: string) => {
    const width = Math.max(output.columns() - 1, 10);
    const footer = footerLines(below, width);
    const body = lines.map((line) => `${line}\r\n`).join('');
    height = footer.length;
    output.write(`\x1b[?2026h${start}${body}${footer.join('\r\n')}\x1b[?2026l`);
  };
  return {
    say(...lines) {
      said.push(...lines);
      said.splice(0, said.length - longestMemory);
      draw(lines, wipe());
    },
    footer(next) {
      below = next;
      draw([], wipe());
    },
    redraw: () => draw(said, '\x1b[2J\x1b[3J\x1b[H'),
    end() {
      output.write(`${wipe()}${signals.showCursor}`);
      height = 0;
    },
  };
}

function footerLines({ status, input, hint }: Footer, width: number): string[] {
  const rule = style.dim('─'.repeat(width));
  const lines = input.split('\n').slice(-6);
  const cursor = '\x1b[7m \x1b[27m';
  const box = lines.map((line, index) => {
    const mark = index === 0 ? '> ' : '  ';
    // The end of a long line is the part that is being typed.
    const shown = `${mark}${Array.from(line)
      .slice(-(width - 4))
      .join('')}`;
    return index === lines.length - 1 ? `${shown}${cursor}` : shown;
  });
  return [...status, rule, ...box, rule, style.dim(`  ${hint}`)].map((line) => clip(line, width));
}

/** Cuts a line to the width; colours take no room, wide characters take two columns. */
export function clip(line: string, width: number): string {
  let room = width;
  let shown = '';
  for (const part of line.split(/(\p{Cc}\[[0-9;]*m)/u)) {
    if (part.startsWith('\x1b')) shown += part;
    else
      for (const character of part) {
        room -= isWide(character) ? 2 : 1;
        if (room >= 0) shown += character;
      }
  }
  return room < 0 ? `${shown}\x1b[0m` : shown;
}

function isWide(character: string): boolean {
  return /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u.test(
    character,
  );
}
