// One viewer of a terminal: sends it what there is to see, and never waits for it.
import type { Socket } from 'node:net';
import { encodeFrame, encodeHeader, encodeJson, encodeSize } from './frames.ts';
import { type Exit, frame } from './protocol.ts';

export interface Viewer {
  readonly socket: Socket;
  /** The size of its window. */
  cols: number;
  rows: number;
  /** What it shows was made for another size. */
  mismatched: boolean;
  /** It reads too slowly: its backlog was dropped, and it gets a fresh screen once it has read the rest. */
  readonly lagging: boolean;
  /** Sends the first screen; nothing goes out before. */
  start(): void;
  data(batch: Buffer): void;
  /** Draws everything anew. */
  screen(): void;
  /** The terminal has this size now. */
  size(cols: number, rows: number): void;
  /** The last frame; closes the connection. */
  exit(exit: Exit): void;
}

export interface ViewerOptions {
  socket: Socket;
  cols: number;
  rows: number;
  /** The terminal's size, and its whole screen as it is now, all output so far included. */
  draw(): { cols: number; rows: number; bytes: Buffer };
}

/** How much may wait for a viewer, in bytes, beyond what the kernel holds for it. */
export const longestBacklog = 1024 * 1024;
/** A longer batch isn't copied behind its header. */
const longestCopy = 4 * 1024;
const longestPiece = 1024 * 1024;

export function makeViewer({ socket, cols, rows, draw }: ViewerOptions): Viewer {
  let backlog: Buffer[] = [];
  let length = 0;
  let lagging = true;
  let exited: Exit | null = null;
  let ending = false;

  const put = (...frames: Buffer[]) => {
    for (const bytes of frames) {
      if (backlog.length === 0 && !socket.writableNeedDrain) socket.write(bytes);
      else {
        backlog.push(bytes);
        length += bytes.length;
      }
    }
  };
  const drop = () => {
    backlog = [];
    length = 0;
  };
  const drain = () => {
    while (backlog.length > 0 && !socket.writableNeedDrain) {
      const bytes = backlog.shift();
      if (!bytes) break;
      length -= bytes.length;
      socket.write(bytes);
    }
    if (backlog.length > 0 || socket.writableNeedDrain) return;
    if (lagging) {
      lagging = false;
      viewer.screen();
    }
    if (exited && !ending) {
      ending = true;
      put(encodeJson(frame.exit, exited));
    }
    if (ending && backlog.length === 0) socket.end();
  };
  socket.on('drain', drain);

  const viewer: Viewer = {
    socket,
    cols,
    rows,
    mismatched: false,
    get lagging() {
      return lagging;
    },
    start: drain,
    data(batch) {
      if (lagging) return;
      if (length + batch.length > longestBacklog) {
        lagging = true;
        return drop();
      }
      if (batch.length <= longestCopy) return put(encodeFrame(frame.data, batch));
      socket.cork();
      put(encodeHeader(frame.data, batch.length), batch);
      socket.uncork();
    },
    screen() {
      if (lagging) return;
      // Nothing that still waits would be seen.
      drop();
      const drawn = draw();
      viewer.mismatched = drawn.cols !== viewer.cols || drawn.rows !== viewer.rows;
      if (viewer.mismatched) put(encodeSize(drawn.cols, drawn.rows));
      put(...pieces(drawn.bytes));
    },
    size(newCols, newRows) {
      viewer.mismatched = newCols !== viewer.cols || newRows !== viewer.rows;
      if (!lagging) put(encodeSize(newCols, newRows));
    },
    exit(exit) {
      exited = exit;
      drain();
    },
  };
  return viewer;
}

/** A screen is one frame, with data frames to follow where it's too long for one. */
function pieces(screen: Buffer): Buffer[] {
  const frames = [encodeFrame(frame.screen, screen.subarray(0, longestPiece))];
  for (let start = longestPiece; start < screen.length; start += longestPiece) {
    frames.push(encodeFrame(frame.data, screen.subarray(start, start + longestPiece)));
  }
  return frames;
}
