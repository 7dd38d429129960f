// Ends the terminals of a sandbox's terminal host, speaking its frozen protocol byte by byte.
import { createConnection } from 'node:net';
import { frame, headerLength, protocolVersion } from '../../src/terminal/protocol.ts';
import { hangMs } from './limits.ts';

/**
 * Ends every terminal, and returns the host's process id; null when no host answers.
 * What it could not end is found as a process left behind.
 */
export function endTerminals(socketPath: string): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath);
    let host: number | null = null;
    let bytes = Buffer.alloc(0);
    const open = new Set<string>();
    const finish = () => {
      clearTimeout(limit);
      socket.destroy();
      resolve(host);
    };
    const limit = setTimeout(finish, hangMs);
    socket.on('error', finish).on('close', finish);
    socket.on('connect', () =>
      socket.write(encode(frame.hello, { version: protocolVersion, control: true })),
    );
    const take = (type: number, message: Message) => {
      if (type === frame.welcome) {
        host = message.pid ?? null;
        socket.write(encode(frame.call, { id: 'list', method: 'list', params: {} }));
      } else if (type === frame.answer && message.id === 'list') {
        const terminals = Array.isArray(message.result) ? (message.result as { id: string }[]) : [];
        for (const { id } of terminals) {
          open.add(id);
          const params = { terminal: id, graceMs: 200 };
          socket.write(encode(frame.call, { id, method: 'end', params }));
        }
        if (open.size === 0) finish();
      } else if (type === frame.answer && message.id !== undefined) {
        open.delete(message.id);
        if (open.size === 0) finish();
      } else if (type === frame.error) finish();
    };
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= headerLength) {
        const end = headerLength + bytes.readUInt32BE(1);
        if (bytes.length < end) return;
        const payload = bytes.subarray(headerLength, end).toString('utf8');
        take(bytes[0] ?? 0, JSON.parse(payload || '{}') as Message);
        bytes = bytes.subarray(end);
      }
    });
  });
}

interface Message {
  id?: string;
  pid?: number;
  result?: unknown;
}

function encode(type: number, message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(headerLength);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, payload]);
}
