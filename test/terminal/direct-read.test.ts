// Reading a socket into one buffer: what was read once stays as it was.
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDirectly, readingTo } from '../../src/terminal/direct-read.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { randomFrom } from './random.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

/** Both ends of a connection, each read directly. */
async function connection() {
  const path = join(box.root, 's');
  const near: Buffer[] = [];
  const far: Buffer[] = [];
  const opened: Socket[] = [];
  const accepted: Socket[] = [];
  const server = createServer((socket) => {
    opened.push(socket);
    accepted.push(readDirectly(socket, (bytes) => far.push(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const socket = createConnection({ path, onread: readingTo((bytes) => near.push(bytes)) });
  box.onDispose(() => {
    for (const one of [socket, ...accepted]) one.destroy();
    server.close();
  });
  await until(() => accepted.length === 1, { what: 'the connection' });
  const [other, first] = [accepted[0], opened[0]];
  if (!other || !first) throw new Error('no connection');
  return { near: { socket, read: near }, far: { socket: other, read: far, opened: first } };
}

const lengthOf = (chunks: Buffer[]) => chunks.reduce((sum, { length }) => sum + length, 0);

it('hands over every byte, and what it has handed over never changes', async () => {
  const { near, far } = await connection();
  const sent: Buffer[] = [];
  const random = randomFrom(1);
  for (const length of [1, 63, 64, 65, 8191, 8192, 8193, 65_536, 300_000, 5, 9_000, 2]) {
    const bytes = random.bytes(length);
    sent.push(bytes);
    near.socket.write(bytes);
    far.socket.write(bytes);
    const all = lengthOf(sent);
    await until(() => lengthOf(near.read) === all && lengthOf(far.read) === all, {
      what: `${all} bytes on both sides`,
    });
  }
  const wanted = Buffer.concat(sent);
  expect(Buffer.concat(near.read).equals(wanted)).toBe(true);
  expect(Buffer.concat(far.read).equals(wanted)).toBe(true);
});

it('leaves unread what comes while it is paused', async () => {
  const { near, far } = await connection();
  far.socket.pause();
  // More than the kernel takes for a reader that doesn't read.
  const large = Buffer.alloc(8 * 1024 * 1024, 'x');
  near.socket.write(large);
  far.socket.write('the other way is open');
  await until(() => lengthOf(near.read) > 0, { what: 'the other way' });
  expect(lengthOf(far.read)).toBe(0);
  expect(near.socket.writableLength).toBeGreaterThan(0);
  far.socket.resume();
  await until(() => lengthOf(far.read) === large.length, { what: 'all of it' });
});

it('ends when the other side does, and takes the socket that was opened with it', async () => {
  const { near, far } = await connection();
  near.socket.end('bye');
  await until(() => far.socket.destroyed && far.opened.destroyed, { what: 'the end' });
  expect(Buffer.concat(far.read).toString()).toBe('bye');
});

it('is closed by whoever holds the socket that was opened', async () => {
  const { near, far } = await connection();
  far.opened.destroy();
  await until(() => near.socket.destroyed && far.opened.closed, { what: 'the end' });
  expect(far.socket.destroyed).toBe(true);
});
