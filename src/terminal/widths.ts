// How many columns a character takes: as the CLIs of agents and the terminals of today count, whole emoji among them.
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { eastAsianWidth } from 'get-east-asian-width';
import type { Terminal, Widths } from './xterm.ts';

const zeroWidthJoiner = 0x200d;
/** Shows what stands before it as an emoji, which is wide. */
const emojiStyle = 0xfe0f;
const skinTones = { first: 0x1f3fb, last: 0x1f3ff };
/** Whether it may become an emoji, or a part of one that is joined; not letters and ideographs. */
const isSymbol = (code: number) => (code >= 0x203c && code < 0x2e80) || code >= firstEmojiBlock;
/** Above it are the emoji that came with later versions of Unicode, too. */
const firstEmojiBlock = 0x1f000;

/** What the next character has to know of the one before it. */
const state = { none: 0, joins: 1, symbol: 2 } as const;

/** As the terminal packs it. */
function pack(after: number, width: number, join: boolean): number {
  return (after << 3) | (width << 1) | Number(join);
}
const narrow = pack(state.none, 1, false);

/** Takes Unicode's version 11 from where it is, as nothing else hands it out. */
function version11(): Widths {
  let given: Widths | undefined;
  const register = (widths: Widths) => {
    given = widths;
  };
  new Unicode11Addon().activate({ unicode: { register } } as unknown as Terminal);
  if (!given) throw new Error('@xterm/addon-unicode11 registers no widths');
  return given;
}

function makeWidths(): Widths {
  const older = version11();
  const wcwidth = (code: number) => {
    const width = older.wcwidth(code);
    return width === 1 && code >= firstEmojiBlock ? eastAsianWidth(code) : width;
  };
  return {
    version: 'tempest',
    wcwidth,
    charProperties(code, preceding) {
      if (code >= 0x20 && code < 0x7f) return narrow;
      const before = (preceding >> 1) & 3;
      const after = preceding >> 3;
      if (before > 0) {
        if (code === emojiStyle && after === state.symbol) return pack(state.symbol, 2, true);
        if (code === zeroWidthJoiner) return pack(state.joins, before, true);
        const isTone = code >= skinTones.first && code <= skinTones.last;
        if ((isTone && after === state.symbol) || (after === state.joins && isSymbol(code))) {
          return pack(state.symbol, before, true);
        }
      }
      const width = wcwidth(code);
      const join = width === 0 && before > 0;
      return pack(isSymbol(code) ? state.symbol : state.none, join ? before : width, join);
    },
  };
}

const widths = makeWidths();

/** Has the terminal count in this way. */
export function countColumns(terminal: Terminal): void {
  terminal.unicode.register(widths);
  terminal.unicode.activeVersion = widths.version;
}
