// Frames to bytes and back: the one place that knows how a frame lies on the wire.
import { frame, headerLength, maxPayload } from './protocol.ts';

export interface Frame {
  type: number;
  payload: Buffer;
}

/** The other side broke the protocol; the connection can't be used any more. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const knownTypes = new Set<number>(Object.values(frame));
const nothing = Buffer.alloc(0);

/** @throws FrameError when the payload is longer than `maxPayload` */
export function encodeFrame(type: number, payload: Buffer = nothing): Buffer {
  const bytes = Buffer.allocUnsafe(headerLength + payload.length);
  writeHeader(bytes, type, payload.length);
  bytes.set(payload, headerLength);
  return bytes;
}

/** The header alone, for payloads that go out without being copied. */
export function encodeHeader(type: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(headerLength);
  writeHeader(header, type, length);
  return header;
}

function writeHeader(bytes: Buffer, type: number, length: number): void {
  if (length > maxPayload) throw new FrameError(`a payload of ${length} bytes is too long`);
  bytes[0] = type;
  bytes.writeUInt32BE(length, 1);
}

export function encodeJson(type: number, value: unknown): Buffer {
  return encodeFrame(type, Buffer.from(JSON.stringify(value)));
}

export function encodeSize(cols: number, rows: number): Buffer {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt16BE(cols, 0);
  payload.writeUInt16BE(rows, 2);
  return encodeFrame(frame.size, payload);
}

/** @throws FrameError unless it is two numbers of 16 bits */
export function decodeSize(payload: Buffer): { cols: number; rows: number } {
  if (payload.length !== 4) throw new FrameError(`a size of ${payload.length} bytes`);
  return { cols: payload.readUInt16BE(0), rows: payload.readUInt16BE(2) };
}

/** @throws FrameError when the payload is not JSON */
export function decodeJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch (error) {
    throw new FrameError(`not JSON: ${(error as Error).message}`);
  }
}

/**
 * Takes bytes as they come and gives each frame once it is whole. Holds back no more than one frame;
 * a payload that lies in one chunk is handed on without being copied.
 * @returns a function that throws FrameError on an unknown type or a payload over `maxPayload`,
 * before it has been read
 */
export function frameDecoder(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let heldLength = 0;
  /** How many bytes it takes before anything can be done. */
  let needed = headerLength;

  return (chunk) => {
    held.push(chunk);
    heldLength += chunk.length;
    if (heldLength < needed) return;
    const bytes = held.length === 1 ? chunk : Buffer.concat(held, heldLength);
    // What is left after an error is not looked at again.
    held = [];
    heldLength = 0;
    let at = 0;
    while (bytes.length - at >= headerLength) {
      const type = bytes[at] ?? 0;
      const length = bytes.readUInt32BE(at + 1);
      if (!knownTypes.has(type)) throw new FrameError(`unknown frame type ${type}`);
      if (length > maxPayload) throw new FrameError(`a frame of ${length} bytes is too long`);
      needed = headerLength + length;
      if (bytes.length - at < needed) break;
      const payload = bytes.subarray(at + headerLength, at + needed);
      at += needed;
      needed = headerLength;
      onFrame({ type, payload });
    }
    if (at < bytes.length) {
      held = [bytes.subarray(at)];
      heldLength = bytes.length - at;
    }
  };
}
