// The socket: whose it is, where it lies, and who may replace it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServerWorld, serverWorld } from './support/server.ts';

let w: ServerWorld;
beforeEach(() => {
  w = serverWorld();
});
afterEach(() => w.dispose());

describe('the socket', () => {
  it('is open to this user alone, in a folder that is, too', async () => {
    mkdirSync(dirname(w.path), { mode: 0o755 });
    await w.start();
    expect(statSync(w.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(w.path)).mode & 0o777).toBe(0o700);
  });

  it('is refused to another user', async () => {
    chmodSync(w.folder, 0o755);
    await w.start();
    const code = `require('net').connect(${JSON.stringify(w.path)}).on('error', e => { console.log(e.code); })`;
    if (process.getuid?.() === 0) {
      const child = spawn(process.execPath, ['-e', code], {
        uid: 65534,
        gid: 65534,
        cwd: '/',
        env: {},
      });
      const [output] = await once(child.stdout, 'data');
      expect(String(output).trim()).toBe('EACCES');
    }
    expect(statSync(dirname(w.path)).uid).toBe(process.getuid?.());
  });

  it('replaces one that a killed daemon left, and leaves one on which somebody answers', async () => {
    mkdirSync(dirname(w.path));
    const other = createServer().listen(w.path);
    await once(other, 'listening');
    await expect(w.start()).rejects.toMatchObject({ kind: 'io-failed' });
    other.close();
    await once(other, 'close');
    writeFileSync(w.path, '');
    await w.start();
    expect((await w.ready()).closed).toBe(false);
  });

  it('is removed at the end, unless it is a successor that has it', async () => {
    const first = await w.start();
    rmSync(w.path);
    expect(first.reachable()).toBe(false);
    const second = await w.start();
    await first.close();
    expect(second.reachable()).toBe(true);
    await second.close();
    expect(statSync(w.path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('hazard 31: is never put into a folder of somebody else, or behind a link', async () => {
    symlinkSync(w.folder, dirname(w.path));
    await expect(w.start()).rejects.toMatchObject({
      kind: 'io-failed',
      hint: expect.stringContaining('XDG_RUNTIME_DIR'),
    });
  });

  it('hazard 31: says so when its path is longer than the kernel takes', async () => {
    w.path = join(w.folder, 'x'.repeat(110), 'daemon.sock');
    await expect(w.start()).rejects.toMatchObject({
      kind: 'io-failed',
      hint: expect.stringContaining('short'),
    });
  });
});
