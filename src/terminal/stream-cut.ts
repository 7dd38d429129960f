// Tells whether a stream of terminal bytes can be cut here: not inside an escape sequence or a character.

const esc = 0x1b;
const bell = 0x07;
/** Longest unfinished sequence that is remembered; a longer one is garbage, or nobody's to replay. */
const longestTail = 64 * 1024;

export interface StreamCut {
  /** Takes what came next. */
  push(chunk: Buffer): void;
  /** The bytes of the sequence or character that has begun and not ended; empty when there is none. */
  tail(): Buffer;
}

/**
 * Follows a stream at next to no cost: only what comes after the last ESC of a chunk is looked at,
 * since an ESC ends whatever was before it (`vt100.net/emu/dec_ansi_parser`).
 */
export function streamCut(): StreamCut {
  let open: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const start = chunk.lastIndexOf(esc);
      const last = chunk[chunk.length - 1] ?? 0;
      if (start < 0 && open.length === 0 && last < 0x80) return;
      if (start >= 0) open = unfinished(chunk.subarray(start));
      else if (open[0] === esc) open = unfinished(Buffer.concat([open, chunk]));
      else open = unfinishedCharacter(Buffer.concat([open, chunk.subarray(-3)]));
      if (open.length > longestTail) open = Buffer.alloc(0);
      // A copy: the chunk is large, and what is open is small.
      else open = Buffer.from(open);
    },
    tail: () => open,
  };
}

/** `bytes` begin with the only ESC in them. */
function unfinished(bytes: Buffer): Buffer {
  // Control characters within a sequence have had their effect at once: a line feed must not have it twice.
  const sequence = bytes.filter((byte) => (byte >= 0x20 && byte !== 0x7f) || byte === esc);
  const ended = bytes.some(isCancel) || sequenceEnds(sequence, bytes.includes(bell));
  return ended ? unfinishedCharacter(bytes.subarray(-3)) : Buffer.from(sequence);
}

function sequenceEnds(sequence: Uint8Array, rang: boolean): boolean {
  const kind = sequence[1];
  switch (kind && String.fromCharCode(kind)) {
    case undefined:
      return false;
    case '[':
      return sequence.subarray(2).some((byte) => byte >= 0x40);
    case ']':
      return rang;
    // DCS, SOS, PM, APC: until the next ESC.
    case 'P':
    case 'X':
    case '^':
    case '_':
      return false;
    default:
      // Intermediates, then one final byte.
      return sequence.subarray(1).some((byte) => byte >= 0x30);
  }
}

/** CAN and SUB break off any sequence. */
function isCancel(byte: number): boolean {
  return byte === 0x18 || byte === 0x1a;
}

/** The beginning of a UTF-8 character at the end of `bytes`, which are its last three or more. */
function unfinishedCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? bytes.subarray(-back) : Buffer.alloc(0);
    }
    if (byte < 0x80) break;
  }
  return Buffer.alloc(0);
}
