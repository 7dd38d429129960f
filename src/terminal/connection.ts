// One connection to the host: a Hello first, then either calls or a view of one terminal.
import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Terminals } from './calls.ts';
import { readDirectly } from './direct-read.ts';
import { decodeJson, encodeJson, type Frame, FrameError, frameDecoder } from './frames.ts';
import { frame, type Hello, type HostEvent, protocolVersion, type Welcome } from './protocol.ts';

export interface ConnectionOptions {
  terminals: Terminals;
  /** Gets the function that sends events, on a control connection. */
  onControl(send: (event: HostEvent) => void): void;
}

/** A client that says nothing for this long is none. */
const helloWithinMs = 10_000;
/** How long the other side may take to read why it is refused, in ms. */
const partingMs = 2000;
/** A control client that doesn't read its events and answers is let go, at this many bytes. */
const longestBacklog = 32 * 1024 * 1024;

const helloSchema = z.union([
  z.object({ version: z.number(), control: z.literal(true) }),
  z.object({ version: z.number(), ticket: z.string(), cols: z.number(), rows: z.number() }),
]) satisfies z.ZodType<Hello>;
const callSchema = z.object({
  id: z.union([z.number(), z.string()]),
  method: z.string(),
  params: z.unknown(),
});

/**
 * Serves the connection until it closes; whatever comes in, only this connection suffers from it.
 * Gives the socket that stands for it from now on.
 */
export function serveConnection(
  accepted: Socket,
  { terminals, onControl }: ConnectionOptions,
): Socket {
  let take: (frame: Frame) => void = hello;
  const decode = frameDecoder((received) => {
    if (!socket.destroyed && !socket.writableEnded) take(received);
  });
  const fail = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (!socket.writableEnded) socket.end(encodeJson(frame.error, { message }));
    // Closing with input unread would take the message away from the other side, so it is read and dropped.
    setTimeout(() => socket.destroy(), partingMs).unref();
  };
  const limit = setTimeout(() => fail(new FrameError('no Hello came in time')), helloWithinMs);
  const socket = readDirectly(accepted, (chunk) => {
    if (socket.writableEnded) return;
    try {
      decode(chunk);
    } catch (error) {
      fail(error);
    }
  });
  socket.on('close', () => clearTimeout(limit));
  socket.on('error', () => socket.destroy());
  return socket;

  function hello({ type, payload }: Frame): void {
    if (type !== frame.hello) throw new FrameError('the first frame has to be a Hello');
    const parsed = helloSchema.safeParse(decodeJson(payload));
    if (!parsed.success) throw new FrameError(`Hello: ${z.prettifyError(parsed.error)}`);
    const said = parsed.data;
    if (said.version !== protocolVersion) {
      throw new FrameError(`this host speaks version ${protocolVersion}, not ${said.version}`);
    }
    clearTimeout(limit);
    if ('control' in said) {
      control();
      return;
    }
    const redeemed = terminals.redeem(said.ticket);
    if (!redeemed) throw new FrameError('this ticket is not good, or not any more');
    welcome(redeemed.id);
    take = redeemed.terminal.attach(socket, said.cols, said.rows);
  }

  function welcome(terminal?: string): void {
    const base: Welcome = { version: protocolVersion, pid: process.pid };
    socket.write(encodeJson(frame.welcome, terminal === undefined ? base : { ...base, terminal }));
  }

  function control(): void {
    welcome();
    const send = (type: number, message: unknown) => {
      if (socket.destroyed || socket.writableEnded) return;
      if (socket.writableLength > longestBacklog) return void socket.destroy();
      socket.write(encodeJson(type, message));
    };
    onControl((event) => send(frame.event, event));
    take = ({ type, payload }) => {
      if (type !== frame.call) throw new FrameError('a control connection sends calls only');
      const parsed = callSchema.safeParse(decodeJson(payload));
      if (!parsed.success) throw new FrameError(`Call: ${z.prettifyError(parsed.error)}`);
      const { id, method, params } = parsed.data;
      terminals.call(method, params).then(
        (result) => send(frame.answer, { id, result }),
        (error: Error) => send(frame.answer, { id, error: { message: error.message } }),
      );
    };
  }
}
