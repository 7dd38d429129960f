import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLog } from '../../src/core/log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tg-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes lines that say when, who and what, with the stack and cause of an error', () => {
  const path = join(folder, 'deep/er/daemon.log');
  const log = openLog({ path, now: () => 0 });
  log.info('begins');
  log.error('could not', new Error('outer', { cause: new Error('inner') }));
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(`1970-01-01T00:00:00.000Z info  ${process.pid} begins\n`);
  expect(text).toMatch(/could not: Error: outer\n +at .*\n[\s\S]*because: Error: inner\n +at /);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  log.close();
});

it('keeps one old file and never more than twice the limit', () => {
  const path = join(folder, 'daemon.log');
  const log = openLog({ path, maxBytes: 1000 });
  for (let line = 0; line < 500; line++) log.info(`line ${line}`);
  log.close();
  expect(readdirSync(folder).sort()).toEqual(['daemon.log', 'daemon.log.1']);
  expect(statSync(path).size).toBeLessThan(1100);
  expect(statSync(`${path}.1`).size).toBeLessThan(1100);
  expect(readFileSync(path, 'utf8')).toContain('line 499\n');
});

it('hazard 31: a log that cannot be written is a clear error, and a full disk is none at all', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => openLog({ path: join(file, 'daemon.log') })).toThrow(
    expect.objectContaining({ kind: 'io-failed', hint: expect.stringContaining('XDG_STATE_HOME') }),
  );
  const full = openLog({ path: '/dev/full' });
  expect(() => full.error('nobody reads this')).not.toThrow();
});
