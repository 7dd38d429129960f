// Leaves out output that nobody can see any more: in a flood of plain text only the last lines remain.

const newline = 0x0a;
/**
 * Bytes that do more than write or move down: BEL, shifts, ESC, and what begins a C1 control in UTF-8.
 * Text without them leaves nothing behind but its lines.
 */
const meaningful = [0x07, 0x0e, 0x0f, 0x18, 0x1a, 0x1b, 0xc2];

/** Whether it does nothing but write, and move down and to the left. */
export function isPlain(output: Buffer): boolean {
  return !meaningful.some((byte) => output.includes(byte));
}

/**
 * The end of `output` that has the last `lines` line ends, from the start of a line on; all of it where it
 * has no more, or where anything in it has a lasting effect. Writing the result leaves a terminal of no more
 * than `lines` lines, screen and scrollback, as writing all of it does.
 */
export function withoutUnseen(output: Buffer, lines: number): Buffer {
  if (!isPlain(output)) return output;
  let start = output.length;
  for (let seen = 0; seen <= lines; seen += 1) {
    start = output.lastIndexOf(newline, start - 1);
    if (start <= 0) return output;
  }
  // The carriage return before it is what makes the next line begin in the first column.
  return output[start - 1] === 0x0d ? output.subarray(start - 1) : output;
}
