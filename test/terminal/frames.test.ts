// Frames survive any cutting of the stream, and a broken one harms nobody but its sender.
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  encodeFrame,
  encodeJson,
  encodeSize,
  type Frame,
  FrameError,
  frameDecoder,
} from '../../src/terminal/frames.ts';
import { frame, maxPayload, protocolVersion } from '../../src/terminal/protocol.ts';
import { until } from '../support/until.ts';
import { randomFrom } from './random.ts';
import { view, type World, world } from './world.ts';

describe('the decoder', () => {
  it('gives the same frames however the bytes are cut', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = randomFrom(seed);
      const sent = Array.from({ length: 20 }, () => ({
        type: random.pick(Object.values(frame)),
        payload: random.bytes(random.below(2000)),
      }));
      const bytes = Buffer.concat(sent.map(({ type, payload }) => encodeFrame(type, payload)));
      const received: Frame[] = [];
      const decode = frameDecoder((one) => received.push(one));
      for (let start = 0; start < bytes.length; ) {
        const end = start + 1 + random.below(700);
        decode(bytes.subarray(start, end));
        start = end;
      }
      expect(received.length).toBe(sent.length);
      received.forEach(({ type, payload }, index) => {
        expect(type).toBe(sent[index]?.type);
        expect(payload.equals(sent[index]?.payload ?? Buffer.alloc(0))).toBe(true);
      });
    }
  });

  it('refuses what is unknown or too long before it has come', () => {
    const decode = () => frameDecoder(() => {});
    expect(() => decode()(Buffer.from([0x01, 0, 0, 0, 0]))).toThrow(FrameError);
    const long = Buffer.alloc(5);
    long[0] = frame.data;
    long.writeUInt32BE(maxPayload + 1, 1);
    expect(() => decode()(long)).toThrow(/too long/);
    expect(() => encodeFrame(frame.data, Buffer.alloc(maxPayload + 1))).toThrow(FrameError);
  });
});

describe('a client that breaks the protocol', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(async () => {
    await w.host.call('end', { terminal: 'a', graceMs: 90 });
    await w.dispose();
  });

  /** Sends the bytes, and waits for the host to close the connection. */
  const send = (...bytes: Buffer[]) =>
    new Promise<Buffer>((resolve) => {
      const answer: Buffer[] = [];
      const socket = createConnection(w.host.socket);
      socket.on('data', (chunk) => answer.push(chunk));
      socket.on('error', () => {});
      socket.on('close', () => resolve(Buffer.concat(answer)));
      for (const part of bytes) socket.write(part);
      // Half a frame is no offence: such a client just goes away.
      socket.end();
    });
  const hello = (more: object) => encodeJson(frame.hello, { version: protocolVersion, ...more });

  it('is told what is wrong', async () => {
    await w.run('a', 'stty raw -echo; echo ready; exec cat');
    const cases: [Buffer[], RegExp][] = [
      [[encodeFrame(frame.data, Buffer.from('x'))], /first frame has to be a Hello/],
      [[encodeFrame(frame.hello, Buffer.from('{'))], /not JSON/],
      [[hello({})], /Hello/],
      [[hello({ control: true, version: 99 })], /version 1, not 99/],
      [[hello({ ticket: 'forged', cols: 80, rows: 24 })], /ticket/],
      [[hello({ control: true }), encodeSize(1, 2)], /calls only/],
      [[hello({ control: true }), encodeJson(frame.call, { method: 'list' })], /Call/],
      [[Buffer.from('GET / HTTP/1.1\r\n\r\n')], /unknown frame type/],
    ];
    for (const [bytes, message] of cases) {
      expect((await send(...bytes)).toString()).toMatch(message);
    }
  });

  it('gets an error for a call that can not be, and goes on', async () => {
    const { host } = w;
    const call = host.call as (method: string, params: unknown) => Promise<unknown>;
    await expect(call('explode', {})).rejects.toThrow('there is no method explode');
    await expect(call('constructor', {})).rejects.toThrow('there is no method');
    await expect(call('resize', { terminal: 'a', cols: -1, rows: 'x' })).rejects.toThrow(/resize/);
    await expect(host.call('ticket', { terminal: 'nope' })).rejects.toThrow('no terminal nope');
    await expect(host.call('forget', { terminal: 'a' })).rejects.toThrow('still runs');
    expect(await host.call('list', {})).toHaveLength(1);
  });

  it('has a ticket for one use only', async () => {
    const { ticket } = await w.host.call('ticket', { terminal: 'a' });
    const first = await view(w.host.socket, ticket);
    const second = await view(w.host.socket, ticket);
    await until(() => second.closed, { what: 'the second to be refused' });
    expect(first.closed).toBe(false);
    first.socket.destroy();
  });

  it('harms no other client, whatever it sends', async () => {
    const viewer = await w.view('a');
    const random = randomFrom(7);
    const types = Object.values(frame);
    for (let round = 0; round < 40; round += 1) {
      // Many at a time, each several broken frames after a good beginning or none.
      const attacks = Array.from({ length: 10 }, async () => {
        const { ticket } = await w.host.call('ticket', { terminal: 'a' });
        const good = random.pick([
          Buffer.alloc(0),
          hello({ control: true }),
          hello({ ticket, cols: random.below(70_000), rows: random.below(70_000) }),
        ]);
        const broken = Array.from({ length: 25 }, () =>
          random.pick([
            () => random.bytes(random.below(60)),
            () =>
              encodeFrame(
                random.pick([frame.size, frame.call, frame.hello]),
                random.bytes(random.below(9)),
              ),
            () => encodeFrame(random.pick(types), Buffer.from('{"id":1,"method":"list","params":')),
            () =>
              encodeJson(frame.call, {
                id: 1,
                method: random.pick(['spawn', 'end', 'x']),
                params: [],
              }),
            () =>
              encodeJson(
                random.pick([frame.call, frame.hello]),
                random.pick([null, 1, '', [], {}]),
              ),
          ])(),
        );
        return send(good, ...broken);
      });
      await Promise.all(attacks);
    }
    viewer.type('still here');
    await until(() => viewer.drawn().includes('still here'), { what: 'the echo' });
    expect(await w.state('a')).toMatchObject({ exit: null, viewers: 1 });
  });
});
