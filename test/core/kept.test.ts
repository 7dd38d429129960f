// What is kept beside a session's record comes back whole, or is set aside whole.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createKept } from '../../src/core/kept.ts';
import { testHome } from '../support/scratch-repo.ts';

function kept() {
  const folder = join(testHome(), 'kept');
  const log: string[] = [];
  const schema = z.array(z.number());
  const open = () => createKept({ folder, schema, empty: [], log: (line) => log.push(line) });
  return { folder, log, open, path: join(folder, 'session1.json') };
}

it('makes one change after the other, and gives what it was when it is opened again', async () => {
  const { open, folder } = kept();
  const one = open();
  const all = Array.from({ length: 30 }, (_, n) => n);
  await Promise.all(all.map((n) => one.change('session1', (before) => [...before, n])));
  expect(await one.get('session1')).toEqual(all);
  expect(await open().get('session1')).toEqual(all);
  expect(await open().get('session2')).toEqual([]);
  expect(readdirSync(folder)).toEqual(['session1.json']);
});

it('hazard 31: changes nothing when it can’t be written, and goes on when it can', async () => {
  const { open, folder } = kept();
  const one = open();
  await one.change('session1', () => [1]);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  await expect(one.change('session1', () => [2])).rejects.toMatchObject({ kind: 'io-failed' });
  expect(await one.get('session1')).toEqual([1]);
  rmSync(folder);
  expect(await one.change('session1', (before) => [...before, 3])).toEqual([1, 3]);
  expect(await open().get('session1')).toEqual([1, 3]);
});

it('hazard 4: sets aside what it can’t read, and overwrites nothing of it', async () => {
  for (const text of ['[1, 2', '', '["one"]']) {
    const { open, folder, log, path } = kept();
    mkdirSync(folder);
    writeFileSync(path, text);
    const one = open();
    expect(await one.change('session1', (before) => [...before, 4])).toEqual([4]);
    const aside = readdirSync(folder).find((name) => name.includes('.unreadable-')) ?? '';
    expect(readFileSync(join(folder, aside), 'utf8')).toBe(text);
    expect(log.join()).toContain(aside);
  }
});

it('forgets for good', async () => {
  const { open, path } = kept();
  const one = open();
  await one.change('session1', () => [1]);
  await one.forget('session1');
  expect(existsSync(path)).toBe(false);
  expect(await one.get('session1')).toEqual([]);
  await one.forget('session2');
});
