// Turns a terminal's screen into an SVG picture:
//   tmux capture-pane -e -p | node scripts/screenshot.mjs 'The picker' > docs/images/picker.svg
import { text } from 'node:stream/consumers';
import xterm from '@xterm/headless';
import { palette } from './screenshot/colors.mjs';
import { drawScreen } from './screenshot/svg.mjs';

/** @typedef {import('./screenshot/svg.mjs').Cell} Cell */

/**
 * The terminal parser makes cells of the escape sequences.
 * @param {string} screen
 * @returns {Promise<Cell[][]>}
 */
async function cellsOf(screen) {
  const lines = screen.replace(/\n$/, '').split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  const widths = lines.map((line) => [...line.replace(/\x1b\[[\d;:]*m/g, '')].length);
  const [cols, rows] = [Math.max(...widths, 2), lines.length];
  // Twice as wide, since some characters take two cells.
  const terminal = new xterm.Terminal({ cols: cols * 2, rows, allowProposedApi: true });
  await new Promise((done) => terminal.write(lines.join('\r\n'), () => done(undefined)));
  const buffer = terminal.buffer.active;
  const all = Array.from({ length: rows }, (_, row) => {
    const line = buffer.getLine(row);
    return Array.from({ length: cols * 2 }, (_, column) => toCell(line?.getCell(column)));
  });
  const used = Math.max(...all.map((row) => row.findLastIndex((cell) => !isBlank(cell)) + 1));
  return all.map((row) => row.slice(0, used));
}

/**
 * @param {import('@xterm/headless').IBufferCell | undefined} cell
 * @returns {Cell}
 */
function toCell(cell) {
  if (!cell) return { text: ' ', width: 1, bold: false, italic: false, dim: false };
  const foreground = cell.isFgDefault() ? undefined : colorOf(cell.isFgRGB(), cell.getFgColor());
  const background = cell.isBgDefault() ? undefined : colorOf(cell.isBgRGB(), cell.getBgColor());
  const [color, fill] = cell.isInverse()
    ? [background ?? palette.background, foreground ?? palette.foreground]
    : [foreground, background];
  return {
    text: cell.getChars() || ' ',
    width: cell.getWidth(),
    bold: cell.isBold() !== 0,
    italic: cell.isItalic() !== 0,
    dim: cell.isDim() !== 0,
    ...(color && { color }),
    ...(fill && { fill }),
  };
}

/**
 * @param {boolean} isRgb
 * @param {number} value
 */
function colorOf(isRgb, value) {
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : palette.indexed(value);
}

/** @param {Cell} cell */
function isBlank(cell) {
  return cell.text === ' ' && !cell.fill;
}

const title = process.argv[2] ?? 'A terminal';
process.stdout.write(drawScreen(await cellsOf(await text(process.stdin)), palette, title));
