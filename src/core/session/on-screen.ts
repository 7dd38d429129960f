// Where a pasted text stands on an agent's screen. Agents wrap it, put borders around it, or show a sign
// in its place.

/**
 * `[Pasted text #1 +12 lines]` (claude), `[Pasted Content 1234 chars]` (codex), `[Pasted ~12 lines]`
 * (opencode), `[paste #1 +12 lines]` (pi), `[Paste #1 - 12 lines]` and `[Saved pasted content to workspace
 * (20.7 KB) id=1]` (copilot).
 */
const pasteSign = /\[(?:paste(?:d ~?\w+| #\d+)|saved pasted content)/gi;
/** Enough to know a text by, short enough to stand in any input box. */
const telling = 24;

/** How often the end of the text is on the screen. Wrapping and borders don't count. */
export function countOf(screen: string, text: string): number {
  const { end, shown } = compared(screen, text);
  return shown.split(end).length - 1 + (screen.match(pasteSign)?.length ?? 0);
}

/**
 * How many lines stand below the last place where the text is; null when it is nowhere. An input line
 * keeps its place at the end of the screen: what has left it stands higher up, if at all.
 */
export function linesBelow(screen: string, text: string): number | null {
  const lines = screen.trimEnd().split('\n');
  const holds = (from: number, to: number) => countOf(lines.slice(from, to).join('\n'), text) > 0;
  for (let from = lines.length - 1; from >= 0; from--) {
    if (!holds(from, lines.length)) continue;
    let to = from + 1;
    while (!holds(from, to)) to += 1;
    return lines.length - to;
  }
  return null;
}

function compared(screen: string, text: string): { end: string; shown: string } {
  const end = Array.from(letters(text)).slice(-telling).join('') || text.trim();
  return { end, shown: letters(end) === '' ? screen : letters(screen) };
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
}
