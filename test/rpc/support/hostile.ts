// Everything a broken or malicious client might send, from a seeded generator.
import { anything, pick, type Random } from './hostile-values.ts';
import { frame, initializeMessage } from './raw.ts';
import { methods, wrongParams } from './wrong-params.ts';

/** A message that is refused while its connection lives. No code: it must not be answered at all. */
export interface Refused {
  message: unknown;
  id: number | null;
  code: number | null;
}

/** Something after which its connection ends. */
export interface Fatal {
  bytes: Buffer;
  code: number;
}

const refused: ((random: Random, id: number) => Refused)[] = [
  (random, id) => ({
    message: { jsonrpc: '2.0', id, method: `no/${anything(random)}`, params: anything(random) },
    id,
    code: -32601,
  }),
  (random, id) => ({
    message: {
      jsonrpc: '2.0',
      id,
      method: pick(random, ['toString', '__proto__', 'hasOwnProperty', '', '$/cancelRequest']),
    },
    id,
    code: -32601,
  }),
  (random, id) => {
    const method = pick(random, methods);
    const params = wrongParams(random, method);
    return { message: { jsonrpc: '2.0', id, method, params }, id, code: -32602 };
  },
  (random, id) => ({
    message: { jsonrpc: pick(random, ['1.0', 2, null, '2.00']), id, method: 'session/list' },
    id,
    code: -32600,
  }),
  (random) => ({
    message: {
      jsonrpc: '2.0',
      id: pick(random, [null, {}, [], true, 1.5, 2 ** 60, 'x'.repeat(1025)]),
      method: 'session/list',
    },
    id: null,
    code: -32600,
  }),
  (random, id) => ({
    message: { jsonrpc: '2.0', id, method: pick(random, [null, 1, {}, []]), params: {} },
    id,
    code: -32600,
  }),
  (random, id) => ({ message: { jsonrpc: '2.0', id, error: anything(random) }, id, code: -32600 }),
  (_random, id) => ({ message: { ...initializeMessage, id }, id, code: -32600 }),
  (random) => ({
    message: { jsonrpc: '2.0', method: `event/${random()}`, params: anything(random) },
    id: null,
    code: null,
  }),
  (random) => ({
    message: { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: anything(random) } },
    id: null,
    code: null,
  }),
  (random, id) => ({
    message: { jsonrpc: '2.0', id, result: anything(random) },
    id: null,
    code: null,
  }),
];

export const refusedMessage = (random: Random, id: number): Refused =>
  pick(random, refused)(random, id);

/** `{…, error: {code: 1, message: ''}}` would be an answer, so junk has neither. */
export const beforeInitialize = (random: Random, id: number): Refused => ({
  message: {
    jsonrpc: '2.0',
    id,
    method: pick(random, ['session/list', 'session/create', 'daemon/stop', 'no/such']),
    params: anything(random),
  },
  id,
  code: -32002,
});

const noise = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

const fatal: ((random: Random) => Fatal)[] = [
  (random) => ({
    bytes: Buffer.concat([Buffer.from([128 + Math.floor(random() * 128)]), noise(random, 200)]),
    code: -32600,
  }),
  (random) => ({
    bytes: Buffer.from(`${pick(random, ['GET / HTTP/1.1', '{"id":1}', 'hello: ', 'X'])}\r\n\r\n`),
    code: -32600,
  }),
  (random) => ({
    bytes: Buffer.from(
      `Content-Length: ${pick(random, ['-5', '0x10', '', '1 2', '9'.repeat(30)])}\r\n\r\n`,
    ),
    code: -32600,
  }),
  (random) => ({
    bytes: Buffer.from(
      `Content-Length: ${16 * 1024 * 1024 + 1 + Math.floor(random() * 1e9)}\r\n\r\n`,
    ),
    code: -32600,
  }),
  (random) => ({
    bytes: Buffer.from(`Content-Length: 5\r\n${'X-Y: z\r\n'.repeat(600 + random() * 600)}`),
    code: -32600,
  }),
  (random) => ({
    bytes: frame(Buffer.concat([Buffer.from([0xc0]), noise(random, 50)])),
    code: -32700,
  }),
  (random) => {
    const whole = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'session/list',
      params: { a: 1 },
    });
    return { bytes: frame(whole.slice(0, Math.floor(random() * whole.length))), code: -32700 };
  },
  (random) => ({
    bytes: frame(JSON.stringify(Array(Math.floor(random() * 9)).fill(initializeMessage))),
    code: -32600,
  }),
  (random) => ({
    bytes: frame(JSON.stringify(pick(random, [1, 'x', null, true]))),
    code: -32600,
  }),
  (random) => ({ bytes: frame('['.repeat(1000 + random() * 100_000)), code: -32700 }),
];

export const fatalInput = (random: Random): Fatal => pick(random, fatal)(random);

/** A good frame with some bytes changed, cut off somewhere: anything may come of it. */
export function mangledFrame(random: Random): Buffer {
  const message = { ...initializeMessage, id: Math.floor(random() * 1000) };
  const bytes = frame(JSON.stringify(random() < 0.5 ? message : refusedMessage(random, 1).message));
  for (let changes = Math.floor(random() * 6); changes > 0; changes--)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return random() < 0.5 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length));
}
