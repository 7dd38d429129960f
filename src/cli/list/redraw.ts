// A block of lines at the end of a terminal's screen, drawn anew in place.

export interface LiveBlock {
  /** Draws, unless these lines stand there already. */
  show(lines: string[]): void;
  /** Leaves the last lines standing and gives the cursor back. */
  end(): void;
}

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
/** Terminals that know it show the whole change at once (mode 2026). */
const [beginUpdate, endUpdate] = ['\x1b[?2026h', '\x1b[?2026l'];

/** Lines must be no wider than the terminal; those beyond its height are counted, not shown. */
export function createLiveBlock(stdout: NodeJS.WriteStream): LiveBlock {
  let drawn: string[] = [];
  let before = '';
  stdout.write(hideCursor);
  return {
    show(lines) {
      const visible = withinHeight(lines, stdout.rows ?? lines.length + 1);
      const frame = `${stdout.columns}x${stdout.rows}\n${visible.join('\n')}`;
      if (frame === before) return;
      before = frame;
      // After a resize the terminal may have wrapped or cut what was drawn: never go up further
      // than the screen is high.
      const up = Math.min(drawn.length, Math.max(0, (stdout.rows ?? Infinity) - 1));
      const back = up > 0 ? `\x1b[${up}A` : '';
      stdout.write(
        `${beginUpdate}\r${back}\x1b[J${visible.map((l) => `${l}\n`).join('')}${endUpdate}`,
      );
      drawn = visible;
    },
    end() {
      stdout.write(showCursor);
    },
  };
}

function withinHeight(lines: string[], rows: number): string[] {
  const room = Math.max(1, rows - 1);
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more`];
}
