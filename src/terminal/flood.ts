// A flood of plain text, of which nobody can see more than its end: as many lines as viewers scroll back.
import { isPlain, withoutUnseen } from './unseen.ts';

/** As many lines as Neovim's terminals keep unless told otherwise (`'scrollback'`), and then some. */
const mostLines = 11_000;
/** Kept beyond that many bytes, it would only hold viewers up: a flood of longer lines isn't one. */
const mostBytes = 256 * 1024;

export interface Flood {
  /** Whether it was taken: not, where it is more than text, or too much to be kept. */
  push(chunk: Buffer): boolean;
  /** Whether something was left out. */
  readonly isCut: boolean;
  /** All that was kept; from the start of a line on, if it is cut. */
  all(): Buffer;
  /** The last `lines` lines of it, from the start of a line on; null where they can't be cut off. */
  last(lines: number): Buffer | null;
}

const cutMark = '\r\n';

interface Chunk {
  bytes: Buffer;
  /** How many line ends it has. */
  lines: number;
  /** Where its first line end is, with the carriage return that makes the next line begin in the first column. */
  cut: number;
}

/** Keeps no less than the last 10,000 lines of what is pushed, as long as that is plain text in short lines. */
export function makeFlood(): Flood {
  const kept: Chunk[] = [];
  let lines = 0;
  let length = 0;
  let isCut = false;

  const leaveOut = () => {
    for (;;) {
      const [first, second] = kept;
      if (!first || !second || second.cut < 0 || lines - first.lines < mostLines) return;
      kept.shift();
      lines -= first.lines;
      length -= first.bytes.length;
      isCut = true;
    }
  };
  return {
    push(bytes) {
      if (!isPlain(bytes) || length + bytes.length > mostBytes) return false;
      const added = lineEnds(bytes);
      const last = kept.at(-1);
      const cut = bytes.indexOf(cutMark);
      // Where nothing can be cut, a small piece would keep all before it from being left out.
      if (last && cut < 0) {
        last.bytes = Buffer.concat([last.bytes, bytes]);
        last.lines += added;
        last.cut = last.bytes.indexOf(cutMark);
      } else kept.push({ bytes, lines: added, cut });
      lines += added;
      length += bytes.length;
      leaveOut();
      return true;
    },
    get isCut() {
      return isCut;
    },
    all() {
      const all = Buffer.concat(kept.map(({ bytes }) => bytes));
      return isCut ? all.subarray(kept[0]?.cut ?? 0) : all;
    },
    last(wanted) {
      const parts: Buffer[] = [];
      let found = 0;
      for (let at = kept.length - 1; at >= 0 && found <= wanted; at -= 1) {
        const { bytes, lines } = kept[at] as Chunk;
        parts.unshift(bytes);
        found += lines;
      }
      const whole = Buffer.concat(parts);
      const end = withoutUnseen(whole, wanted);
      return end === whole ? null : end;
    },
  };
}

/** Counted by hand: a search for each costs more than all of it. */
function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 0x0a) count += 1;
  return count;
}
