// Finds quoted code again in a text that has changed since.
import type { Anchor, Range } from './comment.ts';

/** So many lines on each side tell equal pieces of code apart. */
const contextLines = 3;
/** What a line of context that doesn't fit counts for, in lines of distance. */
const strangerCost = 20;
/** Further away is as good as any other place: whole functions are moved. */
const farthest = 80;

/** The lines of a text; line ends of either kind are none of their content. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** What is needed to find a range of a text again. */
export function anchorAt(lines: readonly string[], { start, end }: Range): Anchor {
  return {
    quote: lines.slice(start - 1, end),
    before: lines.slice(Math.max(0, start - 1 - contextLines), start - 1),
    after: lines.slice(end, end + contextLines),
  };
}

/**
 * Where the quoted code is now; null when it is nowhere. Of several places the one that is near `start` and has
 * the same surroundings is taken. Code that is only indented differently counts when the very code isn't there.
 */
export function locate(lines: readonly string[], sought: Anchor, start: number): Range | null {
  // Editors know encodings that are read as UTF-8 here: what is not ASCII can't be compared then.
  const isForeign = lines.some((line) => line.includes('\uFFFD'));
  const forms = isForeign ? [asIs, ascii, unindentedAscii] : [asIs, unindented];
  for (const form of forms) {
    const found = best(lines.map(form), mapped(sought, form), start);
    if (found !== null) return { start: found, end: found + sought.quote.length - 1 };
  }
  return null;
}

function best(lines: string[], sought: Anchor, start: number): number | null {
  let found: { at: number; cost: number } | null = null;
  for (let at = 0; at + sought.quote.length <= lines.length; at++) {
    if (!sought.quote.every((line, offset) => lines[at + offset] === line)) continue;
    const distance = Math.min(farthest, Math.abs(at + 1 - start));
    const cost = distance + strangerCost * strangers(lines, sought, at);
    if (!found || cost < found.cost) found = { at: at + 1, cost };
  }
  return found?.at ?? null;
}

/** How many lines of the surroundings are not what they were. */
function strangers(lines: string[], { quote, before, after }: Anchor, at: number): number {
  const differs = (line: string, index: number) => lines[index] !== line;
  const above = before.filter((line, index) => differs(line, at - before.length + index));
  const below = after.filter((line, index) => differs(line, at + quote.length + index));
  return above.length + below.length;
}

const asIs = (line: string) => line;
const unindented = (line: string) => line.trim();
const unindentedAscii = (line: string) => ascii(line).trim();
const ascii = (line: string) => line.replace(/\P{ASCII}+/gu, '?');

function mapped({ quote, before, after }: Anchor, form: (line: string) => string): Anchor {
  return { quote: quote.map(form), before: before.map(form), after: after.map(form) };
}
