// What the JSON-RPC library reads from and writes to: a socket, behind the frame guard.
//
// The library queues whatever its reader gives it, without a bound, and takes one message off
// that queue in each turn of the event loop. So the reader gives it one, and reads on only when
// that one was taken: the queue never holds a second, and what waits stays in the socket.
import type { Socket } from 'node:net';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  Disposable,
  Message,
  type MessageStrategy,
  type MessageWriter,
  type ResponseMessage,
} from 'vscode-jsonrpc/node';
import type { Clock, Timer } from '../core/clock.ts';
import { errorCode, type Id, maxMessage } from './constants.ts';
import { createFrameReader, encodeFrame } from './framing.ts';
import { cancelledBy, Malformed, parseMessage } from './messages.ts';
import * as refusals from './refusals.ts';

/** What a reader is told by the end that it reads for, which hears of Malformed as an error. */
export interface Gate {
  /** Whether the library is given this message. */
  admit(message: Message): boolean;
  /** While true, nothing more is read. */
  full?(): boolean;
  /** A frame that has begun must go on within `ms`. */
  stall?: { clock: Clock; ms: number };
}

export class FrameReader extends AbstractMessageReader {
  readonly #socket: Socket;
  #gate: Gate;
  readonly #frames = createFrameReader({
    onBody: (body) => this.#receive(body),
    onProblem: ({ code, message }) => this.fireError(new Malformed(code, message)),
    full: () => this.#held,
  });
  #deliver: DataCallback = () => {};
  /** Received and not yet looked at. */
  #rest: Buffer = Buffer.alloc(0);
  /** The library has not yet taken the message that it was given. */
  #waiting = false;
  #reading = false;
  #stalled: Timer | undefined;

  /** For the library's options: tells when a message leaves its queue. */
  readonly strategy: MessageStrategy = {
    handleMessage: (message, next) => {
      const handled = next(message);
      this.#waiting = false;
      this.flow();
      return handled;
    },
  };

  constructor(socket: Socket, gate: Gate) {
    super();
    this.#socket = socket;
    this.#gate = gate;
  }

  /** Called by the library, once. */
  override listen(callback: DataCallback): Disposable {
    this.#deliver = callback;
    this.#socket.on('data', (chunk: Buffer) => {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
      this.flow();
    });
    this.#socket.on('close', () => this.flow());
    return Disposable.create(() => {});
  }

  /** Reads on, or waits. To be called whenever the gate may have opened. */
  flow(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#rest = this.#frames.push(this.#rest);
    this.#reading = false;
    this.#watch();
    if (this.#socket.closed && !this.#held) this.fireClose();
    else if (this.#held) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** From now on reads everything and drops it: who still writes may so come to read why. */
  discard(): void {
    this.#gate = { admit: () => false };
    this.flow();
  }

  get #held(): boolean {
    return this.#waiting || this.#gate.full?.() === true;
  }

  #receive(body: Buffer): void {
    try {
      const message = parseMessage(body);
      if (!this.#gate.admit(message)) return;
      // A cancellation is acted upon at once, not queued.
      this.#waiting = cancelledBy(message) === undefined;
      this.#deliver(message);
    } catch (error) {
      this.fireError(error);
    }
  }

  #watch(): void {
    this.#stalled?.cancel();
    const { stall } = this.#gate;
    if (stall === undefined || this.#held || !this.#frames.partial || this.#socket.closed) return;
    const message = `a message was begun and not ended for ${stall.ms / 1000} s`;
    this.#stalled = stall.clock.after(stall.ms, () =>
      this.fireError(new Malformed(errorCode.invalidRequest, message)),
    );
  }
}

export interface WriterOptions {
  /** Who leaves this many bytes unread is given up. Default: no bound. */
  backlog?: number;
  /** The library has answered a request. */
  onAnswer?(id: Id): void;
}

/** Writes at once and in order; waits for nobody, since the reader is what slows a sender down. */
export class FrameWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;
  readonly #options: WriterOptions;

  constructor(socket: Socket, options: WriterOptions = {}) {
    super();
    this.#socket = socket;
    this.#options = options;
  }

  /** Called by the library. Never rejects: a socket that fails is closed, and that is told. */
  async write(message: Message): Promise<void> {
    this.send(message);
    if (Message.isResponse(message) && message.id !== null) this.#options.onAnswer?.(message.id);
  }

  /** Writes past the library: answers to what it never saw. */
  send(message: Message | ResponseMessage): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    const frame = encode(message);
    const { backlog = Number.POSITIVE_INFINITY } = this.#options;
    if (socket.writableLength + frame.length <= backlog) socket.write(frame);
    else this.fireError(new Error('does not read what it is sent'), message);
  }

  end(): void {
    this.#socket.end();
  }
}

/** Never throws for an answer, and never gives more than a client has to accept. */
function encode(message: Message): Buffer {
  if (!Message.isResponse(message)) return encodeFrame(message);
  const { jsonrpc, id } = message;
  try {
    const frame = encodeFrame(message);
    if (frame.length <= maxMessage) return frame;
    return encodeFrame({ jsonrpc, id, error: refusals.tooLarge(frame.length).toJson() });
  } catch (error) {
    return encodeFrame({ jsonrpc, id, error: refusals.unspeakable(error).toJson() });
  }
}
