// Draws cells as SVG: rectangles for backgrounds, text for runs of one style, lines for boxes.

/**
 * @typedef {object} Cell
 * @property {string} text
 * @property {number} width 2 for wide characters, 0 for the cell behind one
 * @property {boolean} bold
 * @property {boolean} italic
 * @property {boolean} dim
 * @property {string} [color]
 * @property {string} [fill]
 */

/** @typedef {{ foreground: string, background: string }} Colors */
/** @typedef {{ cell: Cell, column: number, length: number, text: string }} Run */

const cell = { width: 8.4, height: 17, baseline: 13, font: 14 };
const margin = 12;

/**
 * @param {Cell[][]} rows
 * @param {Colors} colors
 * @param {string} title for those who can't see it
 * @returns {string} an SVG document
 */
export function drawScreen(rows, colors, title) {
  const width = Math.max(...rows.map((row) => row.length)) * cell.width + 2 * margin;
  const height = rows.length * cell.height + 2 * margin;
  const drawn = rows.flatMap((row, index) => drawRow(row, margin + index * cell.height, colors));
  const font = `ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', Consolas, monospace`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${font}" font-size="${cell.font}">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${colors.background}"/>
${drawn.join('\n')}
</svg>
`;
}

/**
 * @param {Cell[]} row
 * @param {number} y
 * @param {Colors} colors
 */
function drawRow(row, y, colors) {
  const fills = runsOf(row, (one) => one.fill ?? '')
    .filter((run) => run.cell.fill)
    .map((run) => {
      const place = `x="${xOf(run.column)}" y="${y}" height="${cell.height}"`;
      return `<rect ${place} width="${round(run.length * cell.width)}" fill="${run.cell.fill}"/>`;
    });
  const style = (/** @type {Cell} */ one) =>
    [arms(one.text) ? 'box' : 'text', one.color, one.bold, one.italic, one.dim, one.width].join();
  const marks = runsOf(row, style)
    .filter((run) => run.text.trim() !== '')
    .map((run) => (arms(run.cell.text) ? drawBoxes(run, y, colors) : drawText(run, y, colors)));
  return [...fills, ...marks];
}

/**
 * @param {Cell[]} row
 * @param {(cell: Cell) => string} styleOf
 * @returns {Run[]} neighbours of one style together
 */
function runsOf(row, styleOf) {
  /** @type {Run[]} */
  const runs = [];
  let style = '';
  row.forEach((one, column) => {
    const last = runs.at(-1);
    if (one.width === 0 && last) {
      last.length += 1;
    } else if (last && styleOf(one) === style) {
      last.length += 1;
      last.text += one.text;
    } else {
      runs.push({ cell: one, column, length: 1, text: one.text });
      style = styleOf(one);
    }
  });
  return runs;
}

/**
 * `textLength` keeps the columns in line whatever font is at hand.
 * @param {Run} run
 * @param {number} y
 * @param {Colors} colors
 */
function drawText({ cell: { color, bold, italic, dim }, column, text, length }, y, colors) {
  const lead = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const shown = text.length === length ? trimmed.length : length - (text.length - trimmed.length);
  const attributes = [
    `x="${xOf(column + lead)}" y="${y + cell.baseline}" fill="${color ?? colors.foreground}"`,
    `textLength="${round(shown * cell.width)}" lengthAdjust="spacingAndGlyphs"`,
    bold && 'font-weight="bold"',
    italic && 'font-style="italic"',
    dim && 'opacity="0.6"',
  ].filter(Boolean);
  return `<text xml:space="preserve" ${attributes.join(' ')}>${escapeXml(trimmed)}</text>`;
}

/**
 * @param {Run} run
 * @param {number} y
 * @param {Colors} colors
 */
function drawBoxes({ cell: { color, dim }, column, text }, y, colors) {
  const path = [...text].map((char, index) => {
    const [left, top] = [margin + (column + index) * cell.width, y];
    const [x, middle] = [left + cell.width / 2, top + cell.height / 2];
    /** @type {Record<string, string>} */
    const ends = {
      l: `${round(left)} ${middle}`,
      r: `${round(left + cell.width)} ${middle}`,
      u: `${round(x)} ${top}`,
      d: `${round(x)} ${top + cell.height}`,
    };
    return [...(arms(char) ?? '')].map((arm) => `M${round(x)} ${middle}L${ends[arm]}`).join('');
  });
  const opacity = dim ? ' opacity="0.6"' : '';
  return `<path d="${path.join('')}" stroke="${color ?? colors.foreground}"${opacity}/>`;
}

/** Which ways the lines of a box character go from its middle: left, right, up, down. */
const boxes = new Map(
  Object.entries({
    ...{ '─': 'lr', '│': 'ud', '╭': 'rd', '╮': 'ld', '╰': 'ru', '╯': 'lu', '┌': 'rd', '┐': 'ld' },
    ...{ '└': 'ru', '┘': 'lu', '├': 'rud', '┤': 'lud', '┬': 'lrd', '┴': 'lru', '┼': 'lrud' },
  }),
);

function arms(/** @type {string} */ char) {
  return boxes.get(char);
}

const xOf = (/** @type {number} */ column) => round(margin + column * cell.width);
const round = (/** @type {number} */ n) => Math.round(n * 100) / 100;

/** @param {string} text */
function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
