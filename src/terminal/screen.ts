// The screen of a terminal, kept without a display: it can be drawn anew for whoever comes to look.
import { drawLines } from './draw.ts';
import { followModes, type Modes } from './modes.ts';
import { fullReset, readyToDraw } from './reset.ts';
import { sgr } from './sgr.ts';
import { streamCut } from './stream-cut.ts';
import { withoutUnseen } from './unseen.ts';
import { countColumns } from './widths.ts';
import { type Cell, type InnerBuffer, innerOf, newTerminal, type Terminal } from './xterm.ts';

/** Scrollback is bounded by cells, so that a wide terminal costs no more memory than a narrow one. */
const scrollbackCells = 100_000;
const fewestLines = 200;
/** No screen is larger, whatever a viewer says. */
const largest = { cols: 1000, rows: 500 };

export interface Screen {
  readonly terminal: Terminal;
  readonly modes: Modes;
  readonly cols: number;
  readonly rows: number;
  /** Takes output; it shows at once. */
  write(chunk: Buffer): void;
  /** Whether plain text only adds lines to it, and pushes others out at its top. */
  onlyScrolls(): boolean;
  /** The part of a large output that makes a difference to the screen and its scrollback. */
  needed(output: Buffer): Buffer;
  /** Gives how many lines have scrolled out because they are broken into more now, but for those of lost rows. */
  resize(cols: number, rows: number): number;
  /** The bytes that make an equally large terminal show the same, and go on from there. */
  draw(title: string): Buffer;
  /**
   * The bytes that make an equally large terminal, which was written the same, show what this one does, though it
   * has laid out its lines in another way. What has scrolled out of it stays as it is; `scrolled` more lines, the
   * last ones above this screen, are put there.
   */
  repaint(scrolled?: number): Buffer;
  /** What can be read: with `ansi`, colours included. Lines end with a newline. */
  read(options: { format: 'text' | 'ansi'; scrollback: boolean }): string;
  cursor(): { x: number; y: number };
  dispose(): void;
}

/** A size that a terminal can have. */
export function clampSize(cols: number, rows: number): { cols: number; rows: number } {
  const clamp = (value: number, most: number) =>
    Math.min(Math.max(Math.floor(value) || 0, 2), most);
  return { cols: clamp(cols, largest.cols), rows: clamp(rows, largest.rows) };
}

export function makeScreen(cols: number, rows: number): Screen {
  const terminal = newTerminal(cols, rows, scrollbackLines(cols));
  countColumns(terminal);
  const modes = followModes(terminal);
  const cut = streamCut();
  // A hyperlink would cost a marker each, looked at with every line that scrolls (OSC 8).
  terminal.parser.registerOscHandler(8, () => true);
  const onlyScrolls = () => {
    const { scrollTop, scrollBottom } = innerOf(terminal).buffers.normal;
    const isWhole = scrollTop === 0 && scrollBottom === terminal.rows - 1;
    return isWhole && terminal.buffer.active.type === 'normal' && cut.tail().length === 0;
  };
  return {
    terminal,
    modes,
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write(chunk) {
      cut.push(chunk);
      innerOf(terminal).writeSync(chunk);
    },
    onlyScrolls,
    needed(output) {
      const { cols, rows } = terminal;
      return onlyScrolls() ? withoutUnseen(output, scrollbackLines(cols) + rows) : output;
    },
    resize(newCols, newRows) {
      // While its lines are those of the narrower of the two sizes, there must be room for these.
      const room = scrollbackLines(newCols);
      const above = terminal.buffer.active.baseY + Math.max(0, terminal.rows - newRows);
      const isNarrower = newCols < terminal.cols;
      if (isNarrower) terminal.options.scrollback = room;
      terminal.resize(newCols, newRows);
      terminal.options.scrollback = room;
      return isNarrower ? Math.max(0, terminal.buffer.active.baseY - above) : 0;
    },
    draw: (title) => Buffer.concat([Buffer.from(drawScreen(terminal, modes, title)), cut.tail()]),
    repaint: (scrolled = 0) =>
      Buffer.concat([Buffer.from(paintScreen(terminal, modes, scrolled)), cut.tail()]),
    read: ({ format, scrollback }) => readScreen(terminal, format, scrollback),
    cursor: () => cursorOf(terminal),
    dispose: () => terminal.dispose(),
  };
}

function scrollbackLines(cols: number): number {
  return Math.max(fewestLines, Math.floor(scrollbackCells / cols));
}

function drawScreen(terminal: Terminal, modes: Modes, title: string): string {
  const { buffer, cols } = terminal;
  const { buffers } = innerOf(terminal);
  const parts = [fullReset, title ? `\x1b]2;${title}\x07` : '', drawLines(buffer.normal, cols, 0)];
  parts.push(modes.restoreKeyboard('normal'));
  if (buffer.active.type === 'alternate') {
    // Going back from it puts the cursor where it was saved.
    const { savedX, savedY, ybase, savedCurAttrData } = buffers.normal;
    parts.push(
      moveTo(savedX, savedY - ybase),
      sgr(savedCurAttrData),
      '\x1b[?1049h\x1b[m\x1b[H\x1b[2J',
    );
    parts.push(drawLines(buffer.alternate, cols, 0), modes.restoreKeyboard('alternate'));
  }
  parts.push(drawSavedCursor(terminal), drawCursor(terminal), modes.restore());
  return parts.join('');
}

function paintScreen(terminal: Terminal, modes: Modes, scrolled: number): string {
  const { active } = terminal.buffer;
  const lines = drawLines(active, terminal.cols, Math.max(0, active.baseY - scrolled));
  return [readyToDraw, lines, drawCursor(terminal), modes.restoreDrawing()].join('');
}

function activeOf(terminal: Terminal): InnerBuffer {
  const { buffers } = innerOf(terminal);
  return terminal.buffer.active.type === 'normal' ? buffers.normal : buffers.alt;
}

function drawSavedCursor(terminal: Terminal): string {
  const { savedX, savedY, ybase, savedCurAttrData } = activeOf(terminal);
  if (savedX === 0 && savedY === 0) return '';
  return `${moveTo(savedX, savedY - ybase)}${sgr(savedCurAttrData)}\x1b7`;
}

/** Scroll region, origin, then the cursor itself and the style it writes in. */
function drawCursor(terminal: Terminal): string {
  const { _inputHandler, _charsetService } = innerOf(terminal);
  const parts: string[] = [];
  const { scrollTop, scrollBottom } = activeOf(terminal);
  if (scrollTop !== 0 || scrollBottom !== terminal.rows - 1) {
    parts.push(`\x1b[${scrollTop + 1};${scrollBottom + 1}r`);
  }
  const { originMode } = terminal.modes;
  if (originMode) parts.push('\x1b[?6h');
  const { cursorX, cursorY } = terminal.buffer.active;
  const row = originMode ? cursorY - scrollTop : cursorY;
  parts.push(moveTo(cursorX, row));
  if (cursorX >= terminal.cols) parts.push(lastCharacter(terminal, row));
  parts.push(sgr(_inputHandler._curAttrData));
  parts.push(['', '\x0e', '\x1bn', '\x1bo'][_charsetService.glevel] ?? '');
  return parts.join('');
}

/** A cursor past the last column gets there only by writing in it. */
function lastCharacter(terminal: Terminal, row: number): string {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + active.cursorY);
  const cell = active.getNullCell() as Cell;
  let x = terminal.cols - 1;
  if (!line?.getCell(x, cell)) return '';
  if (cell.getWidth() === 0) {
    x -= 1;
    line.getCell(x, cell);
  }
  return moveTo(x, row) + sgr(cell) + (cell.getChars() || ' ');
}

/** Both count from 0. */
function moveTo(x: number, y: number): string {
  return `\x1b[${Math.max(0, y) + 1};${x + 1}H`;
}

function cursorOf({ buffer, cols }: Terminal): { x: number; y: number } {
  return { x: Math.min(buffer.active.cursorX, cols - 1), y: buffer.active.cursorY };
}

function readScreen(terminal: Terminal, format: 'text' | 'ansi', scrollback: boolean): string {
  const { active } = terminal.buffer;
  const first = scrollback ? 0 : active.baseY;
  if (format === 'ansi')
    return `${drawLines(active, terminal.cols, first).replaceAll('\r\n', '\n')}\n`;
  const lines: string[] = [];
  for (let y = first; y < active.length; y += 1) {
    lines.push(active.getLine(y)?.translateToString(true) ?? '');
  }
  return `${lines.join('\n')}\n`;
}
