// Draws the lines of a buffer: the escape sequences that put the same cells on an empty screen.
import { backgroundSgr, hasBackground, isPlain, sameStyle, sgr } from './sgr.ts';
import type { Cell, IBuffer } from './xterm.ts';

/**
 * The lines from `first` to the buffer's last, for a terminal that is as wide, has the cursor in its
 * first column, and wraps. Lines that wrapped wrap again, so that the viewer can reflow them.
 * Leaves the style plain.
 */
export function drawLines(buffer: IBuffer, cols: number, first: number): string {
  const pen = makePen(buffer);
  for (let y = first; y < buffer.length; y += 1) {
    const line = buffer.getLine(y);
    if (!line) continue;
    const wraps = y > first && line.isWrapped && pen.goesOn(y, cols);
    if (y > first && !wraps) pen.newLine();
    pen.row(y, cols, wraps);
  }
  return pen.finish();
}

/** Terminals do not agree how many columns these take, and what follows may join them. */
const unsure = /[\u{1f000}-\u{1ffff}]|\ufe0f|\u200d/u;

/** A mark with nothing to stand on would join the character before: it gets a space. */
const joins = /^[\p{M}\u200d]/u;

function makePen(buffer: IBuffer) {
  const out: string[] = [];
  // Two cells to read into, by turns, so that the style in use stays readable.
  let cell = buffer.getNullCell() as Cell;
  let style = buffer.getNullCell() as Cell;
  const probe = buffer.getNullCell();
  let plain = true;
  /** Empty cells not yet drawn, and the background they have. */
  let gap = 0;
  let gapFill = '';

  const reset = () => {
    if (!plain) out.push('\x1b[m');
    plain = true;
  };
  const use = () => {
    if (plain ? isPlain(cell) : sameStyle(cell, style)) return;
    out.push(sgr(cell));
    plain = isPlain(cell);
    [cell, style] = [style, cell];
  };
  const closeGap = (atEnd: boolean) => {
    if (gap === 0) return;
    if (gapFill) {
      out.push(gapFill, atEnd ? '\x1b[K' : `\x1b[${gap}X`, '\x1b[m');
      plain = true;
    }
    if (!atEnd) out.push(`\x1b[${gap}C`);
    gap = 0;
    gapFill = '';
  };
  const addGap = () => {
    const fill = hasBackground(cell) ? backgroundSgr(cell) : '';
    if (fill !== gapFill) closeGap(false);
    gapFill = fill;
    gap += 1;
  };

  return {
    /** Whether there are characters at both sides of the line's start: only writing wraps. */
    goesOn(y: number, cols: number): boolean {
      const last = buffer.getLine(y - 1)?.getCell(cols - 1, cell);
      if (!last || (last.getWidth() > 0 && last.getChars() === '')) return false;
      return buffer.getLine(y)?.getCell(0, cell)?.getChars() !== '';
    },
    newLine() {
      // A new line takes on the background in use.
      reset();
      out.push('\r\n');
    },
    row(y: number, cols: number, wraps: boolean) {
      const line = buffer.getLine(y);
      for (let x = 0; x < cols; x += 1) {
        if (!line?.getCell(x, cell)) break;
        const after = x + 1 < cols ? line.getCell(x + 1, probe) : undefined;
        const whole = cell.getWidth() < 2 || after?.getWidth() === 0;
        // Of a wide character that was half overwritten nothing is left to be seen.
        const text = whole ? cell.getChars() : ' ';
        // The second half of a wide character.
        if (cell.getWidth() === 0 && text === '') continue;
        if (text === '') {
          addGap();
          continue;
        }
        closeGap(false);
        const fills = wraps && x === 0 && hasBackground(cell);
        const width = Math.max(1, cell.getWidth());
        const isUnsure =
          text >= '\u200d' && (unsure.test(text) || (width === 2 && text < '\u2e80'));
        use();
        out.push(text >= '\u0300' && joins.test(text) ? ` ${text}` : text);
        if (isUnsure && x + width < cols) out.push(`\x1b[${x + width + 1}G`);
        if (fills) {
          // So does the line that wrapping makes: empty what comes after its first character.
          reset();
          out.push('\x1b[K');
        }
      }
      closeGap(true);
    },
    finish(): string {
      reset();
      return out.join('');
    },
  };
}
