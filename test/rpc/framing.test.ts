import { describe, expect, it } from 'vitest';
import { createFrameReader, encodeFrame, type FrameProblem } from '../../src/rpc/framing.ts';

function read(...chunks: (Buffer | string)[]) {
  const bodies: string[] = [];
  const problems: FrameProblem[] = [];
  const reader = createFrameReader({
    onBody: (body) => bodies.push(body.toString()),
    onProblem: (problem) => problems.push(problem),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk as string));
  return { bodies, problems, partial: reader.partial };
}

const three = Buffer.concat([
  encodeFrame({ n: 1 }),
  encodeFrame({ text: 'schöne 🌩 Grüße' }),
  encodeFrame({}),
]);
const bodies = ['{"n":1}', '{"text":"schöne 🌩 Grüße"}', '{}'];

it('hazard 26: reads frames however they are cut, also in the middle of a character', () => {
  for (let at = 0; at <= three.length; at++)
    expect(read(three.subarray(0, at), three.subarray(at)).bodies).toEqual(bodies);
  expect(read(...Array.from(three, (byte) => Buffer.from([byte])))).toEqual({
    bodies,
    problems: [],
    partial: false,
  });
});

it.each([
  'content-length: 2\r\n\r\n{}',
  'Content-Length:2\r\n\r\n{}',
  'Content-Length: 2 \r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}',
  'Content-Type: application/vscode-jsonrpc; charset="utf8"\r\nContent-Length: 2\r\n\r\n{}',
  'X-Anything: goes\r\nContent-Length: 0002\r\n\r\n{}',
])('takes the header %j', (text) => {
  expect(read(text)).toEqual({ bodies: ['{}'], problems: [], partial: false });
});

describe('gives up on', () => {
  it.each([
    ['JSON without a header', '{"jsonrpc":"2.0"}'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a negative length', 'Content-Length: -1\r\n\r\n'],
    ['a length that is no number', 'Content-Length: 1e3\r\n\r\n'],
    ['a length beyond counting', 'Content-Length: 99999999999999999999\r\n\r\n'],
    ['no length', 'Content-Type: text/plain\r\n\r\n'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['another encoding', 'Content-Type: a/b; charset=latin1\r\nContent-Length: 2\r\n\r\n{}'],
    ['a length over 16 MiB', `Content-Length: ${16 * 1024 * 1024 + 1}\r\n\r\n`],
    ['binary noise', Buffer.from([0xff, 0xfe, 0x00])],
    ['a header that begins with an empty line', '\r\n\r\n'],
    ['a header without end', 'X'.repeat(5000)],
    ['a header over 4 KiB', `X-Long: ${'x'.repeat(4096)}\r\nContent-Length: 2\r\n\r\n{}`],
  ])('%s, and says why', (_what, text) => {
    const { bodies, problems, partial } = read(text, 'Content-Length: 2\r\n\r\n{}');
    expect(bodies).toEqual([]);
    expect(problems).toEqual([{ code: -32600, message: expect.stringMatching(/\w{3}/) }]);
    expect(partial).toBe(false);
  });
});

it('knows that a frame has begun and not ended', () => {
  expect(read('Content-Le').partial).toBe(true);
  expect(read('Content-Length: 2\r\n\r\n').partial).toBe(true);
  expect(read('Content-Length: 2\r\n\r\n{').partial).toBe(true);
  expect(read('').partial).toBe(false);
});

it('reserves nothing for a length that was only announced', () => {
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => {
    const reader = createFrameReader({ onBody() {}, onProblem() {} });
    reader.push(Buffer.from('Content-Length: 16777216\r\n\r\n{'));
    return reader;
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  expect(readers.every(({ partial }) => partial)).toBe(true);
});
