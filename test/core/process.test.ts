import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identify, isAlive } from '../../src/core/process.ts';

it('knows this process, and the same again the next time', () => {
  const self = identify(process.pid);
  expect(self).toEqual({ pid: process.pid, startTime: expect.any(String) });
  expect(identify(process.pid)).toEqual(self);
});

it('knows a process whose name holds parentheses and spaces', async () => {
  const child = spawn('bash', ['-c', 'exec -a ") Z 0 (" sleep 60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = identify(child.pid as number);
  expect(identity && isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isAlive(identity)).toBe(false);
});

it('hazard 13: a process that got the id of another one is not taken for it', () => {
  const self = identify(process.pid);
  expect(isAlive({ pid: process.pid, startTime: `${self?.startTime}0` })).toBe(false);
});
