// Hazard 31, a write that fails halfway for want of room: the old is whole, nothing half is left, and it is told.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { openStore } from '../../src/core/store.ts';
import { carryOver } from '../../src/core/worktree/provision.ts';
import { aRecord } from '../support/record.ts';
import { testRepo } from '../support/scratch-repo.ts';

const disk = vi.hoisted(() => ({
  full: false,
  throwIfFull() {
    if (!disk.full) return;
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  },
}));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    /** Half of the text is written. */
    async open(...args: Parameters<typeof real.open>) {
      const file = await real.open(...args);
      const write = file.writeFile.bind(file);
      file.writeFile = async (text) => {
        if (disk.full) await write(String(text).slice(0, 100));
        disk.throwIfFull();
        await write(text);
      };
      return file;
    },
    /** As libuv has it, which takes back what it has begun. */
    async copyFile(...args: Parameters<typeof real.copyFile>) {
      disk.throwIfFull();
      await real.copyFile(...args);
    },
  };
});

beforeEach(() => {
  disk.full = false;
});

it('hazard 31: a record that can not be written is refused, and the one before stays whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tf-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const open = () => openStore(folder, (line) => expect.fail(line));
  const store = await open();
  await store.write(aRecord({ id: 'abcdefgh', name: 'old' }));
  disk.full = true;
  await expect(store.write(aRecord({ id: 'abcdefgh', name: 'new' }))).rejects.toMatchObject({
    kind: 'io-failed',
    message: expect.stringContaining('ENOSPC'),
    hint: expect.stringContaining('Make room'),
  });
  expect(readdirSync(folder)).toEqual(['abcdefgh.json']);
  expect((await open()).records[0]?.name).toBe('old');
  disk.full = false;
  await store.write(aRecord({ id: 'abcdefgh', name: 'newer' }));
  expect((await open()).records[0]?.name).toBe('newer');
});

it('hazard 31: carrying files over tells for which file there was no room, and goes on when there is', async () => {
  const t = testRepo();
  const to = join(t.home, 'tree');
  t.git(['worktree', 'add', '-q', '-b', 'x', to]);
  writeFileSync(join(t.root, '.env'), 'SECRET=1\n');
  const carry = () => carryOver({ from: t.root, to, patterns: ['.env*'] });
  disk.full = true;
  await expect(carry()).rejects.toMatchObject({
    kind: 'io-failed',
    message: expect.stringMatching(/\.env.*ENOSPC/),
    hint: expect.stringContaining('Make room'),
  });
  disk.full = false;
  expect(await carry()).toEqual(['.env']);
  expect(readFileSync(join(to, '.env'), 'utf8')).toBe('SECRET=1\n');
});
