import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identify } from '../../src/core/process.ts';
import { lastRuntime, lockHolder, takeLock } from '../../src/rpc/lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tl-'));
  path = join(folder, 'daemon.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const take = () => {
  const taken = takeLock(path, '/run/somewhere');
  if (!('lock' in taken)) throw new Error(`held by ${taken.holder.pid}`);
  return taken.lock;
};

it('is held by one process, until that lets go', () => {
  const lock = take();
  expect(lock.holds()).toBe(true);
  expect(lockHolder(path)).toEqual(identify(process.pid));
  expect(takeLock(path, '/run/elsewhere')).toEqual({ holder: identify(process.pid) });
  lock.release();
  expect(lock.holds()).toBe(false);
  expect(lockHolder(path)).toBeNull();
  expect(lastRuntime(path)).toBe('/run/somewhere');
  expect(take().holds()).toBe(true);
});

it('leaves one file behind, whatever happens', () => {
  for (let round = 0; round < 5; round++) take().release();
  take();
  expect(readdirSync(folder)).toEqual(['daemon.lock.6']);
});

it('passes over a holder that was killed', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const holder = identify(child.pid as number);
  writeFileSync(`${path}.7`, JSON.stringify({ ...holder, runtime: '/run/x' }));
  expect(takeLock(path, '/run/y')).toEqual({ holder });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(take().holds()).toBe(true);
});

it('hazard 13: a process that merely has the id of the dead holder does not hold it', () => {
  const startTime = `${identify(process.pid)?.startTime}0`;
  writeFileSync(`${path}.1`, JSON.stringify({ pid: process.pid, startTime, runtime: '/run/x' }));
  expect(lockHolder(path)).toBeNull();
  expect(take().holds()).toBe(true);
});

it.each(['', '{', '{"pid":"1"}', 'null'])('passes over a file that a crash left as %j', (text) => {
  writeFileSync(`${path}.1`, text);
  expect(lockHolder(path)).toBeNull();
  expect(take().holds()).toBe(true);
});

it('tells a holder that somebody removed its file', () => {
  const lock = take();
  unlinkSync(`${path}.1`);
  expect(lock.holds()).toBe(false);
});

it('does not overwrite the lock of a successor when it lets go late', () => {
  const late = take();
  unlinkSync(`${path}.1`);
  writeFileSync(`${path}.2`, JSON.stringify({ pid: 1, startTime: 'x', runtime: '/run/x' }));
  late.release();
  expect(JSON.parse(readFileSync(`${path}.2`, 'utf8'))).toMatchObject({ pid: 1 });
});

it('hazard 31: says what to do where it cannot be written', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => takeLock(join(file, 'daemon.lock'), '/run')).toThrow(
    expect.objectContaining({ kind: 'io-failed', hint: expect.stringContaining('XDG_STATE_HOME') }),
  );
});
