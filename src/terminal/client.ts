// The daemon's end of a control connection to the terminal host.
import { createConnection, type Socket } from 'node:net';
import { decodeJson, encodeJson, type Frame, frameDecoder } from './frames.ts';
import {
  frame,
  type HostEvent,
  type HostMethod,
  type HostMethods,
  protocolVersion,
  type TerminalHost,
  type Welcome,
} from './protocol.ts';

/** The connection to the host is lost, or could not be made. */
export class HostGone extends Error {
  override readonly name = 'HostGone';
}

const welcomeWithinMs = 10_000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** @throws HostGone when no host listens there, or it doesn't speak our version */
export function connectHost(socketPath: string): Promise<TerminalHost> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    const host = makeHost(socket, socketPath, resolve);
    let reason = 'the connection closed';
    const limit = setTimeout(() => host.fail('no answer came in time'), welcomeWithinMs);
    const decode = frameDecoder((received) => {
      clearTimeout(limit);
      host.take(received);
    });
    socket.on('connect', () =>
      socket.write(encodeJson(frame.hello, { version: protocolVersion, control: true })),
    );
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('data', (chunk) => {
      try {
        decode(chunk);
      } catch (error) {
        host.fail((error as Error).message);
      }
    });
    socket.on('close', () => {
      clearTimeout(limit);
      const gone = host.gone(reason);
      // Without effect once there was a Welcome.
      reject(gone);
    });
  });
}

function makeHost(socket: Socket, path: string, onWelcome: (host: TerminalHost) => void) {
  const waiting = new Map<number, Waiting>();
  const eventListeners: ((event: HostEvent) => void)[] = [];
  const goneListeners: (() => void)[] = [];
  let lastId = 0;
  let gone: HostGone | null = null;
  let failure: string | null = null;

  const call = <M extends HostMethod>(method: M, params: HostMethods[M]['params']) =>
    new Promise<HostMethods[M]['result']>((resolve, reject) => {
      if (gone) return reject(gone);
      lastId += 1;
      // The host is the same user's and of the same protocol version: its answers are trusted.
      waiting.set(lastId, {
        resolve: (result) => resolve(result as HostMethods[M]['result']),
        reject,
      });
      socket.write(encodeJson(frame.call, { id: lastId, method, params }));
    });
  const answered = (answer: { id: number; result?: unknown; error?: { message: string } }) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error) asked?.reject(new Error(answer.error.message));
    else asked?.resolve(answer.result);
  };
  const fail = (message: string) => {
    failure ??= message;
    socket.destroy();
  };

  return {
    fail,
    take({ type, payload }: Frame): void {
      const message = decodeJson(payload);
      if (type === frame.answer) answered(message as Parameters<typeof answered>[0]);
      else if (type === frame.event) {
        for (const listener of eventListeners) listener(message as HostEvent);
      } else if (type === frame.error) fail((message as { message: string }).message);
      else if (type === frame.welcome) {
        onWelcome({
          call,
          onEvent: (listener) => void eventListeners.push(listener),
          onGone: (listener) => void (gone ? listener() : goneListeners.push(listener)),
          socket: path,
          pid: (message as Welcome).pid,
          close: () => socket.destroy(),
        });
      }
    },
    gone(reason: string): HostGone {
      gone = new HostGone(`the terminal host is gone: ${failure ?? reason}`);
      for (const { reject } of waiting.values()) reject(gone);
      waiting.clear();
      for (const listener of goneListeners.splice(0)) listener();
      return gone;
    },
  };
}
