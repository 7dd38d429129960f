// Content-Length frames: cuts a stream of bytes into messages, and trusts none of it.
import { errorCode, maxMessage } from './constants.ts';

/** Longest header block accepted, in bytes. */
export const maxHeader = 4096;

/** Why a stream can't be read any further; the connection has to be closed. */
export interface FrameProblem {
  code: number;
  message: string;
}

export interface FrameReader {
  /**
   * Takes the next bytes; calls `onBody` for each message completed by them, in order. Gives back
   * what it left because the listener was full: those bytes come first the next time.
   */
  push(chunk: Buffer): Buffer;
  /** A frame has begun and not ended. */
  readonly partial: boolean;
}

export interface FrameListener {
  /** The bytes are valid during the call only. */
  onBody(body: Buffer): void;
  /** Called at most once; nothing is read afterwards. */
  onProblem(problem: FrameProblem): void;
  /** While true, no further message is read. */
  full?(): boolean;
}

const headerEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

/**
 * Reads frames. Holds at most one header and as much of one body as has really arrived, twice
 * over: an announced length reserves nothing.
 */
export function createFrameReader(listener: FrameListener): FrameReader {
  const { onBody, onProblem } = listener;
  let header: Buffer = nothing;
  let body: Buffer = nothing;
  let filled = 0;
  /** Length of the body being read; null between bodies. */
  let length: number | null = null;
  let broken = false;

  const fail = (code: number, message: string): Buffer => {
    broken = true;
    header = body = nothing;
    onProblem({ code, message });
    return nothing;
  };

  const readHeader = (chunk: Buffer): Buffer => {
    const bytes = header.length === 0 ? chunk : Buffer.concat([header, chunk]);
    const end = bytes.indexOf(headerEnd);
    const block = bytes.subarray(0, end === -1 ? maxHeader + 1 : end);
    if (block.length > maxHeader)
      return fail(errorCode.invalidRequest, `a header is longer than ${maxHeader} bytes`);
    if (!looksLikeHeader(block))
      return fail(
        errorCode.invalidRequest,
        'a message begins with "Content-Length: <bytes>" and an empty line, each ended by CR LF',
      );
    if (end === -1) {
      header = Buffer.from(bytes);
      return nothing;
    }
    const announced = contentLength(block.toString('latin1'));
    if (typeof announced === 'string') return fail(errorCode.invalidRequest, announced);
    header = nothing;
    length = announced;
    if (length === 0) emit(nothing);
    return bytes.subarray(end + headerEnd.length);
  };

  const readBody = (chunk: Buffer, wanted: number): Buffer => {
    if (filled === 0 && chunk.length >= wanted) {
      emit(chunk.subarray(0, wanted));
      return chunk.subarray(wanted);
    }
    const taken = chunk.subarray(0, wanted - filled);
    if (body.length < filled + taken.length) {
      const grown = Buffer.allocUnsafe(
        Math.min(wanted, Math.max(2 * body.length, filled + taken.length)),
      );
      body.copy(grown, 0, 0, filled);
      body = grown;
    }
    taken.copy(body, filled);
    filled += taken.length;
    if (filled === wanted) emit(body);
    return chunk.subarray(taken.length);
  };

  const emit = (whole: Buffer) => {
    body = nothing;
    filled = 0;
    length = null;
    onBody(whole);
  };

  return {
    push(chunk) {
      let rest = chunk;
      while (rest.length > 0 && !broken && !listener.full?.())
        rest = length === null ? readHeader(rest) : readBody(rest, length);
      return broken ? nothing : rest;
    },
    get partial() {
      return !broken && (header.length > 0 || length !== null);
    },
  };
}

/** One message as a frame, ready to be written. */
export function encodeFrame(message: object): Buffer {
  const json = JSON.stringify(message);
  const length = Buffer.byteLength(json);
  return Buffer.from(`Content-Length: ${length}\r\n\r\n${json}`);
}

/** Only printable ASCII in lines, beginning with a letter: says early that somebody speaks something else. */
function looksLikeHeader(block: Buffer): boolean {
  for (let at = 0; at < block.length; at++) {
    const byte = block[at] as number;
    const printable = byte >= 0x20 && byte < 0x7f;
    if (!printable && byte !== 0x0d && byte !== 0x0a && byte !== 0x09) return false;
  }
  return block.length === 0 ? false : isLetter(block[0] as number);
}

const isLetter = (byte: number) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/** The announced length in bytes, or what is wrong with the header. */
function contentLength(block: string): number | string {
  let length: number | null = null;
  for (const line of block.split('\r\n')) {
    const [, name, value] = /^([A-Za-z0-9-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return `Not a header line: ${quote(line)}`;
    if (
      name.toLowerCase() === 'content-type' &&
      /charset\s*=\s*(?!"?utf-?8"?\s*(;|$))/i.test(value)
    )
      return 'Messages are in UTF-8';
    if (name.toLowerCase() !== 'content-length') continue;
    if (length !== null) return 'A header has two lengths';
    if (!/^\d{1,15}$/.test(value)) return `Not a length: ${quote(value)}`;
    length = Number(value);
  }
  if (length === null) return 'A header has no Content-Length';
  if (length > maxMessage) return `A message of ${length} bytes is longer than ${maxMessage}`;
  return length;
}

const quote = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
