// Keeps the screen that Neovim draws, from its `redraw` events (`:help ui-linegrid`): always a whole one,
// as it was at the last `flush`.

interface Cell {
  text: string;
  highlight: number;
}

export interface Grid {
  /** Takes the arguments of one `redraw` notification. */
  redraw(batches: unknown[]): void;
  /** The lines as text, without trailing blanks. */
  lines(): string[];
  /** Highlight groups of the cell at a 0-based row and column, outermost first. */
  highlightsAt(row: number, column: number): string[];
  readonly cursor: { row: number; column: number };
  readonly mode: string;
}

export function makeGrid(): Grid {
  let rows: Cell[][] = [];
  let cursor = { row: 0, column: 0 };
  let mode = '';
  let shown = { rows, cursor, mode };
  const groups = new Map<number, string[]>();
  const grid: Grid = {
    get cursor() {
      return shown.cursor;
    },
    get mode() {
      return shown.mode;
    },
    lines: () =>
      shown.rows.map((row) =>
        row
          .map(({ text }) => text)
          .join('')
          .trimEnd(),
      ),
    highlightsAt: (row, column) => groups.get(shown.rows[row]?.[column]?.highlight ?? 0) ?? [],
    redraw: (batches) => {
      for (const batch of batches as [string, ...unknown[][]][]) {
        const [name, ...calls] = batch;
        for (const args of calls) events[name]?.(...(args as never[]));
      }
    },
  };

  // Each event has arguments of its own, as Neovim documents them.
  const events: Record<string, (...args: never[]) => void> = {
    grid_resize: (_grid: number, width: number, height: number) => {
      rows = Array.from({ length: height }, (_, row) =>
        Array.from({ length: width }, (_, column) => rows[row]?.[column] ?? blank),
      );
    },
    grid_clear: () => {
      rows = rows.map((row) => row.map(() => blank));
    },
    grid_cursor_goto: (_grid: number, row: number, column: number) => {
      cursor = { row, column };
    },
    grid_line: (_grid: number, row: number, start: number, cells: [string, number?, number?][]) => {
      let column = start;
      let highlight = 0;
      for (const [text, newHighlight, repeat = 1] of cells) {
        highlight = newHighlight ?? highlight;
        for (let n = 0; n < repeat; n++) {
          const line = rows[row];
          if (line) line[column] = { text, highlight };
          column += 1;
        }
      }
    },
    grid_scroll: (
      _grid: number,
      top: number,
      bottom: number,
      left: number,
      right: number,
      by: number,
    ) => {
      const before = rows.map((row) => [...row]);
      for (let row = top; row < bottom; row++) {
        const source = row + by;
        if (source < top || source >= bottom) continue;
        for (let column = left; column < right; column++) {
          const line = rows[row];
          if (line) line[column] = before[source]?.[column] ?? blank;
        }
      }
    },
    hl_attr_define: (id: number, _rgb: unknown, _cterm: unknown, info: HighlightInfo[]) => {
      groups.set(
        id,
        info.flatMap(({ hi_name, ui_name }) => hi_name ?? ui_name ?? []),
      );
    },
    mode_change: (name: string) => {
      mode = name;
    },
    flush: () => {
      shown = { rows: rows.map((row) => [...row]), cursor, mode };
    },
  };
  return grid;
}

interface HighlightInfo {
  hi_name?: string;
  ui_name?: string;
}

const blank: Cell = { text: ' ', highlight: 0 };
