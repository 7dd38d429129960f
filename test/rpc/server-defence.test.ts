// Connections that make no sense, that stall, or that do not read: what they get, and that nobody else suffers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { sessionNamed } from './support/handlers.ts';
import { frame } from './support/raw.ts';
import { request, type ServerWorld, serverWorld } from './support/server.ts';

let w: ServerWorld;
beforeEach(() => {
  w = serverWorld();
});
afterEach(() => w.dispose());

describe('a connection that makes no sense', () => {
  it.each([
    ['no header', '{"jsonrpc":"2.0","id":1,"method":"initialize"}', -32600],
    ['a length over 16 MiB', 'Content-Length: 16777217\r\n\r\n', -32600],
    ['a header over 4 KiB', `X: ${'x'.repeat(5000)}`, -32600],
    ['no JSON', frame('{"jsonrpc":'), -32700],
    ['no UTF-8', frame(Buffer.from([0x22, 0xc3, 0x28, 0x22])), -32700],
    ['a batch', frame(JSON.stringify([request(1, 'session/list')])), -32600],
    ['a number', frame('5'), -32600],
    ['nothing', frame(''), -32700],
  ])('because of %s is told so and closed, and others are not', async (_what, bytes, code) => {
    await w.start({ 'session/list': async () => ({ sessions: [], revision: 5 }) });
    const bystander = await w.ready();
    const raw = await w.ready();
    raw.write(bytes);
    expect(await raw.next()).toMatchObject({ id: null, error: { code } });
    await raw.waitForClose();
    bystander.send(request(1, 'session/list'));
    expect(await bystander.next()).toMatchObject({ id: 1, result: { revision: 5 } });
  });

  it('is closed when a frame that began does not go on for 30 seconds', async () => {
    await w.start({ 'session/list': async () => ({ sessions: [], revision: 5 }) });
    const [slow, idle] = [await w.ready(), await w.ready()];
    const whole = frame(JSON.stringify(request(1, 'session/list')));
    for (let at = 0; at < whole.length; at += 10) {
      const before = slow.socket.bytesWritten;
      slow.write(whole.subarray(at, at + 10));
      await until(() => slow.socket.bytesWritten > before, { what: 'the bytes to leave' });
      // One round trip of another client, so that the server has read them.
      idle.send(request(at, 'session/list'));
      await idle.next();
      w.clock.advance(29_000);
    }
    expect(await slow.next()).toMatchObject({ id: 1, result: { revision: 5 } });
    slow.write('Content-Length: 100\r\n\r\n{"json');
    idle.send(request(1, 'session/list'));
    await idle.next();
    w.clock.advance(30_000);
    expect((await slow.next()).error?.message).toMatch(/begun and not ended/);
    await slow.waitForClose();
    w.clock.advance(3_600_000);
    idle.send(request(2, 'session/list'));
    expect(await idle.next()).toMatchObject({ id: 2 });
  });

  it('is closed when no initialize comes within 30 seconds', async () => {
    await w.start();
    const raw = await w.client();
    await w.ready();
    w.clock.advance(30_000);
    expect((await raw.next()).error?.message).toMatch(/initialize/);
    await raw.waitForClose();
  });
});

describe('hazard 29: a client that does not read', () => {
  it('is dropped at 32 MiB, and others get everything', async () => {
    const running = await w.start();
    const [asleep, awake] = [await w.ready(), await w.ready()];
    asleep.socket.pause();
    const session = { ...sessionNamed('big'), prompt: 'x'.repeat(1024 * 1024) };
    for (let revision = 0; revision < 40; revision++) {
      running.broadcast('session/changed', { session: { ...session, revision } });
      const message = await awake.next();
      expect(message.params).toMatchObject({ session: { revision } });
    }
    expect(running.clients).toBe(1);
    expect(w.logged.join('\n')).toMatch(/raw does not read/);
  });

  it('is not read from either, until it takes its answers; then all of them come', async () => {
    let asked = 0;
    const text = 'x'.repeat(10_000);
    await w.start({
      'session/log': async () => {
        asked++;
        return { text, path: '/log' };
      },
    });
    const [asleep, awake] = [await w.ready(), await w.ready()];
    asleep.socket.pause();
    const total = 3000;
    for (let id = 0; id < total; id++) asleep.send(request(id, 'session/log', { session: 'x' }));
    await until(() => asked > 0, { what: 'the first request' });
    for (let id = 0; id < 50; id++) {
      awake.send(request(id, 'session/log', { session: 'x' }));
      expect(await awake.next()).toMatchObject({ id });
    }
    expect(asked).toBeLessThan(total);
    asleep.socket.resume();
    await until(() => asleep.inbox.length === total, { what: 'all answers' });
    expect(new Set(asleep.inbox.map(({ id }) => id)).size).toBe(total);
  });
});
