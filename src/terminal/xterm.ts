// The headless terminal, with the few inner parts that its public interface leaves out.
// They are the same in every build of @xterm/headless 6.0.0; test/terminal/screen.test.ts stands on them.
import headless, {
  type IBuffer,
  type IBufferCell,
  type Terminal,
  type IUnicodeVersionProvider as Widths,
} from '@xterm/headless';

export type { IBuffer, Terminal, Widths };

/** A cell, or the style that the next character gets. */
export type Style = Pick<
  IBufferCell,
  | 'isBold'
  | 'isDim'
  | 'isItalic'
  | 'isUnderline'
  | 'isBlink'
  | 'isInverse'
  | 'isInvisible'
  | 'isStrikethrough'
  | 'isOverline'
  | 'isFgRGB'
  | 'isFgPalette'
  | 'getFgColor'
  | 'isBgRGB'
  | 'isBgPalette'
  | 'getBgColor'
> & {
  /** Colour and flags as one number each: equal numbers, equal style, but for `extended`. */
  fg: number;
  bg: number;
  extended: { ext: number; underlineStyle: number };
};
export type Cell = IBufferCell & Style;

/** What `IBuffer` doesn't tell. Rows of the screen count from 0; `savedY` counts from the first line. */
export interface InnerBuffer {
  savedX: number;
  savedY: number;
  savedCurAttrData: Style;
  scrollTop: number;
  scrollBottom: number;
  ybase: number;
}

interface InnerTerminal {
  /** Parses now, in this very call: no handler of ours is asynchronous. */
  writeSync(data: Uint8Array): void;
  buffers: { normal: InnerBuffer; alt: InnerBuffer };
  _inputHandler: { _curAttrData: Style };
  _charsetService: { glevel: number };
}

export function innerOf(terminal: Terminal): InnerTerminal {
  return (terminal as unknown as { _core: InnerTerminal })._core;
}

export function newTerminal(cols: number, rows: number, scrollback: number): Terminal {
  return new headless.Terminal({
    cols,
    rows,
    scrollback,
    allowProposedApi: true,
    reflowCursorLine: true,
    logLevel: 'off',
  });
}
