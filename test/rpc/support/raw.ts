// A client that knows nothing but bytes: frames made and read by other code than ours.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { until } from '../../support/until.ts';

export interface Answer {
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: { kind: string; hint: string } };
}

export interface Raw {
  socket: Socket;
  /** Everything received and not yet taken. */
  inbox: Answer[];
  readonly closed: boolean;
  write(bytes: Buffer | string): void;
  send(message: unknown): void;
  /** The next message, once it is there. */
  next(): Promise<Answer>;
  /** The next message that is no notification. */
  answer(): Promise<Answer>;
  initialize(): Promise<Answer>;
  waitForClose(): Promise<void>;
}

export function frame(body: Buffer | string): Buffer {
  return Buffer.concat([
    Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body as string),
  ]);
}

export const initializeMessage = {
  jsonrpc: '2.0',
  id: 'init',
  method: 'initialize',
  params: { protocolVersion: 1, client: { name: 'raw', version: '1' } },
};

export async function rawClient(path: string): Promise<Raw> {
  const socket = createConnection(path);
  await once(socket, 'connect');
  const inbox: Answer[] = [];
  let buffer = Buffer.alloc(0);
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/^Content-Length: (\d+)$/.exec(buffer.toString('latin1', 0, end))?.[1]);
      if (buffer.length < end + 4 + length) return;
      inbox.push(JSON.parse(buffer.toString('utf8', end + 4, end + 4 + length)) as Answer);
      buffer = buffer.subarray(end + 4 + length);
    }
  });
  const raw: Raw = {
    socket,
    inbox,
    get closed() {
      return closed;
    },
    write: (bytes) => void socket.write(bytes),
    send: (message) => void socket.write(frame(JSON.stringify(message))),
    async next() {
      await until(() => inbox.length > 0, { what: 'a message', intervalMs: 2 });
      return inbox.shift() as Answer;
    },
    async answer() {
      for (;;) {
        const message = await raw.next();
        if (message.method === undefined) return message;
      }
    },
    async initialize() {
      raw.send(initializeMessage);
      return await raw.answer();
    },
    waitForClose: async () => {
      await until(() => closed, { what: 'the connection to be closed', intervalMs: 2 });
    },
  };
  return raw;
}
