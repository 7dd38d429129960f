// Attaches this terminal to a session's: bytes in, bytes out, and the terminal left as it was found.
import { createConnection, type Socket } from 'node:net';
import { ReadStream, type WriteStream } from 'node:tty';
import { readingTo } from '../terminal/direct-read.ts';
import {
  decodeJson,
  encodeFrame,
  encodeJson,
  encodeSize,
  frameDecoder,
} from '../terminal/frames.ts';
import { type Exit, frame, protocolVersion } from '../terminal/protocol.ts';
import { fullReset, resetModes } from '../terminal/reset.ts';
import { keyFinder } from './detach-key.ts';

export interface AttachOptions {
  /** What `terminal/attach` answered. */
  socket: string;
  ticket: string;
  stdout: WriteStream;
  /**
   * The control byte of the key that leaves the session: 0x1d is Ctrl-]. None when left out: then the
   * session is left by closing the terminal, which is the editor's way.
   */
  detachKey?: number | undefined;
  /**
   * Whether the terminal is there for this session alone, as an editor's is. Then each fresh screen
   * clears its scrollback, too; else what a person has in it stays.
   */
  ownTerminal?: boolean;
}

/** Takes the place of a full reset in a terminal that is not ours alone: clears the screen, no more. */
const gentleReset = '\x1b[?1049l\x1b[!p\x1b[m\x1b[H\x1b[2J';
/** Leaves the alternate screen and resets the modes; the cursor stays, on whichever screen it is. */
const farewell = `\x1b7\x1b[?1049l\x1b7\x1b[r\x1b[?6l\x1b8${resetModes}`;
/** A program that goes on has left its cursor anywhere: below it all is where a shell goes on. */
const below = '\x1b[999;1H\r\n';
/**
 * One that has ended left it where a shell may go on, but perhaps not at the start of a line. As many blanks
 * as there are columns end in the next line then, and in the same one where it was there already (zsh's way).
 */
const nextLine = (cols: number) => `${' '.repeat(cols)}\r\x1b[K`;
const focusReports = '\x1b[?1004h';
const focusIn = '\x1b[I';
/** How long the host may take to read the last of what was typed. */
const partingMs = 2000;

/**
 * Shows the session's terminal until its program exits, the person detaches, or the host is gone.
 * Both ways bytes go through untouched. What the terminal can't take at once is not read from the host,
 * which then sends a fresh screen instead of the backlog.
 * @throws Error when the ticket isn't good
 */
export function attach(options: AttachOptions): Promise<Exit | 'detached' | 'gone'> {
  const { stdout, detachKey, ownTerminal = false } = options;
  return new Promise((resolve, reject) => {
    let refused: Error | null = null;
    let outcome: Exit | 'detached' | 'gone' = 'gone';
    let leaving = false;
    const find = detachKey === undefined ? () => -1 : keyFinder(detachKey);

    const decode = frameDecoder(({ type, payload }) => {
      if (type === frame.data) show(payload);
      else if (type === frame.screen) {
        show(ownTerminal ? payload : gently(payload));
        show(focusReports);
      } else if (type === frame.exit) finish(decodeJson(payload) as Exit);
      else if (type === frame.error) refused = new Error(messageOf(payload));
    });
    const onOutput = (bytes: Buffer) => {
      if (leaving) return;
      try {
        decode(bytes);
      } catch (error) {
        refused = error as Error;
        socket.destroy();
      }
    };
    const onInput = (bytes: Buffer) => {
      if (leaving) return;
      const end = find(bytes);
      const looks = bytes.length >= focusIn.length && bytes.includes(focusIn);
      if (looks) socket.write(encodeFrame(frame.focus));
      const typed = end < 0 ? bytes : bytes.subarray(0, end);
      if (typed.length > 0 && !socket.write(encodeFrame(frame.data, typed))) keyboard.pause();
      if (end >= 0) leave();
    };
    const keyboard = new ReadStream(0, { onread: readingTo(onInput) } as object);
    const socket = createConnection({ path: options.socket, onread: readingTo(onOutput) });
    const show = backPressured(stdout, socket);
    const sendSize = () => socket.write(encodeSize(stdout.columns, stdout.rows));
    const finish = (how: typeof outcome) => {
      outcome = how;
      socket.destroy();
    };
    // What was typed has to arrive: this side ends first, and takes in unseen what still comes.
    const leave = () => {
      outcome = 'detached';
      leaving = true;
      socket.resume().end();
      setTimeout(() => socket.destroy(), partingMs).unref();
    };
    // The editor is gone, and its terminal with it.
    const onBroken = leave;

    socket.on('connect', () => {
      const hello = { version: protocolVersion, ticket: options.ticket };
      const size = { cols: stdout.columns, rows: stdout.rows };
      // Whoever attaches looks at it. In one write, so that the first screen has the right size.
      const first = [encodeJson(frame.hello, { ...hello, ...size }), encodeFrame(frame.focus)];
      socket.write(Buffer.concat(first));
      keyboard.setRawMode(true).resume();
      stdout.on('resize', sendSize);
    });
    socket.on('drain', () => keyboard.resume());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      stdout.off('resize', sendSize);
      const place = typeof outcome === 'string' ? below : nextLine(stdout.columns);
      // An editor begins a line by itself, and who was refused has drawn nothing.
      const last = refused || (ownTerminal && outcome !== 'gone') ? farewell : farewell + place;
      restore(keyboard, stdout, last, () => {
        stdout.off('error', onBroken);
        if (refused) reject(refused);
        else resolve(outcome);
      });
    });
    keyboard.on('end', onBroken).on('error', onBroken);
    stdout.on('error', onBroken);
  });
}

/** Writes, and lets the host wait while the terminal is busy. */
function backPressured(stdout: WriteStream, socket: Socket) {
  const resume = () => socket.resume();
  return (bytes: Buffer | string) => {
    if (stdout.write(bytes) || socket.isPaused()) return;
    socket.pause();
    stdout.once('drain', resume);
  };
}

function gently(screen: Buffer): Buffer {
  if (!screen.subarray(0, fullReset.length).equals(Buffer.from(fullReset))) return screen;
  return Buffer.concat([Buffer.from(gentleReset), screen.subarray(fullReset.length)]);
}

/** Calls back when the terminal has taken it, or can't any more. */
function restore(keyboard: ReadStream, stdout: WriteStream, last: string, done: () => void): void {
  try {
    keyboard.setRawMode(false);
  } catch {
    // The terminal is gone.
  }
  keyboard.destroy();
  if (stdout.destroyed || !stdout.writable) done();
  else stdout.write(last, () => done());
}

function messageOf(payload: Buffer): string {
  return (decodeJson(payload) as { message: string }).message;
}
