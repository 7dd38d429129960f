// One PTY: bytes in, bytes out, nothing lost at its end, and never a write that blocks the host.

import { readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { type IPty, spawn } from '@lydell/node-pty';
import { readDirectly } from './direct-read.ts';
import type { Exit, SpawnSpec } from './protocol.ts';

export interface Pty {
  readonly pid: number;
  /** Bytes that wait until the program reads its input. */
  readonly unwritten: number;
  /** Resolves when the PTY has taken all of it; rejects when the program has exited, heard or not. */
  write(data: Buffer): Promise<void>;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
}

export interface PtyListeners {
  onData(chunk: Buffer): void;
  /** After the last of the data. */
  onExit(exit: Exit): void;
}

/** How long to wait before asking again whether a full PTY takes more, in ms: doubled up to the last. */
const retryMs = { first: 1, last: 32 };
/** More than the kernel keeps for a PTY; whatever comes after it was written after the exit. */
const longestRemainder = 1024 * 1024;
const allTaken = Promise.resolve();

/** Starts the program on a new PTY, as the leader of a session and of a process group of its own. */
export function openPty(spec: SpawnSpec, listeners: PtyListeners): Pty {
  const pty = spawn(spec.file, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    cols: spec.cols,
    rows: spec.rows,
    name: spec.env.TERM ?? 'xterm-256color',
    encoding: null,
  });
  const { _socket: opened, fd } = pty as unknown as Internals;
  const socket = readDirectly(opened, listeners.onData);
  // How Linux says that nobody holds the other end any more: EIO.
  socket.on('error', () => {});
  keepRemainder(socket, fd, listeners.onData);
  const writer = makeWriter(socket, fd);
  pty.onExit(({ exitCode, signal }) => {
    writer.close();
    listeners.onExit(
      signal ? { code: null, signal: signalName(signal) } : { code: exitCode, signal: null },
    );
  });
  return {
    pid: pty.pid,
    get unwritten() {
      return writer.length;
    },
    write: writer.write,
    resize: (cols, rows) => {
      // After the exit there is no PTY to be resized.
      if (!socket.destroyed) pty.resize(cols, rows);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

interface Internals extends IPty {
  _socket: Socket;
  fd: number;
}

/**
 * The socket is destroyed, read or not, when libuv takes a hang-up for the end, and by node-pty 200 ms after
 * the program's exit. While reading is paused, or the machine is busy, that would lose the program's last
 * words: read them first.
 */
function keepRemainder(socket: Socket, fd: number, onData: (chunk: Buffer) => void): void {
  const destroy = socket.destroy.bind(socket);
  let read = false;
  socket.destroy = (error?: Error) => {
    if (!read && !socket.destroyed && !error) {
      read = true;
      const buffered: Buffer | null = socket.read();
      if (buffered) onData(buffered);
      for (const chunk of remainder(fd)) onData(chunk);
    }
    return destroy(error);
  };
}

function* remainder(fd: number): Generator<Buffer> {
  for (let total = 0; total < longestRemainder; ) {
    const chunk = Buffer.allocUnsafe(65536);
    let length = 0;
    try {
      length = readSync(fd, chunk);
    } catch {
      // EAGAIN: nothing more; EIO: nobody holds the other end any more.
    }
    if (length === 0) return;
    total += length;
    yield chunk.subarray(0, length);
  }
}

/**
 * libuv writes to a PTY's master in a way that blocks, so a program that doesn't read its input would
 * stop the whole host. The descriptor itself doesn't block (node-pty sets O_NONBLOCK).
 */
function makeWriter(socket: Socket, fd: number) {
  const queue: { data: Buffer; resolve(): void; reject(error: Error): void }[] = [];
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  let wait = retryMs.first;
  let closed = false;

  const close = () => {
    closed = true;
    clearTimeout(timer);
    for (const { reject } of queue.splice(0)) reject(new Error('the program has exited'));
    length = 0;
  };
  const flush = () => {
    timer = undefined;
    for (let first = queue[0]; first; first = queue[0]) {
      if (closed || socket.destroyed) return close();
      const written = tryWrite(fd, first.data);
      if (written === null) return close();
      length -= written;
      if (written < first.data.length) {
        wait = written > 0 ? retryMs.first : Math.min(wait * 2, retryMs.last);
        first.data = first.data.subarray(written);
        timer = setTimeout(flush, wait);
        return;
      }
      queue.shift();
      first.resolve();
    }
    wait = retryMs.first;
  };
  const write = (data: Buffer) => {
    const idle = queue.length === 0 && !closed && !socket.destroyed;
    const written = idle ? (tryWrite(fd, data) ?? 0) : 0;
    if (written === data.length) return allTaken;
    const taken = new Promise<void>((resolve, reject) => {
      if (closed) return reject(new Error('the program has exited'));
      queue.push({ data: data.subarray(written), resolve, reject });
      length += data.length - written;
      if (!timer) flush();
    });
    // Not everybody waits for it.
    taken.catch(() => {});
    return taken;
  };
  return {
    write,
    close,
    get length() {
      return length;
    },
  };
}

/** How many bytes were taken, 0 when none can be now, null when the PTY is gone. */
function tryWrite(fd: number, data: Buffer): number | null {
  try {
    return writeSync(fd, data);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EAGAIN' || code === 'EINTR' ? 0 : null;
  }
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
