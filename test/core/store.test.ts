// The store keeps records through crashes, and never drops what it can't read.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/core/store.ts';
import { aRecord } from '../support/record.ts';

let folder: string;
const log: string[] = [];
const open = () => openStore(folder, (line) => log.push(line));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tp-store-'));
  log.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the store', () => {
  it('gives back what was written', async () => {
    const record = aRecord({ id: 'abcdefgh', prompt: 'say "it\'s"\n$(done) 🌩' });
    await (await open()).write(record);
    expect((await open()).records).toEqual([record]);
  });

  it('keeps the newest of many writes, in order, and leaves no temporary file', async () => {
    const store = await open();
    const writes = Array.from({ length: 50 }, (_, n) =>
      store.write(aRecord({ id: 'abcdefgh', generation: n })),
    );
    await Promise.all(writes);
    expect((await open()).records[0]?.generation).toBe(49);
    expect(await readdir(folder)).toEqual(['abcdefgh.json']);
  });

  it('hazard 4: sets an unreadable file aside whole and keeps the other sessions', async () => {
    const store = await open();
    await store.write(aRecord({ id: 'goodgood' }));
    const broken = {
      'cutshort.json': '{"id": "cutsh',
      'otherone.json': '{"id": "otherone", "version": 7}',
      'emptyone.json': '',
    };
    for (const [name, text] of Object.entries(broken)) await writeFile(join(folder, name), text);

    const again = await open();
    expect(again.records.map((record) => record.id)).toEqual(['goodgood']);
    expect(again.setAside).toHaveLength(3);
    const kept = await Promise.all(again.setAside.map((path) => readFile(path, 'utf8')));
    expect(kept.sort()).toEqual(Object.values(broken).sort());
    expect(log.join('\n')).toContain('cutshort.json');

    // A new record under the same name must not overwrite it either.
    await again.write(aRecord({ id: 'cutshort' }));
    const still = await Promise.all(again.setAside.map((path) => readFile(path, 'utf8')));
    expect(still.sort()).toEqual(kept);
  });

  it('hazard 4: does not take one session’s file for another’s', async () => {
    const store = await open();
    await store.write(aRecord({ id: 'oneoneon' }));
    await writeFile(join(folder, 'twotwotw.json'), await readFile(join(folder, 'oneoneon.json')));
    const again = await open();
    expect(again.records.map((record) => record.id)).toEqual(['oneoneon']);
    expect(again.setAside).toHaveLength(1);
  });

  it('hazard 31: a failed write is told, and leaves the old record readable', async () => {
    const store = await open();
    await store.write(aRecord({ id: 'abcdefgh', name: 'old' }));
    const moved = `${folder}-moved`;
    const { rename } = await import('node:fs/promises');
    await rename(folder, moved);
    await expect(store.write(aRecord({ id: 'abcdefgh', name: 'new' }))).rejects.toThrow(/ENOENT/);
    await rename(moved, folder);
    expect((await open()).records[0]?.name).toBe('old');
    await store.write(aRecord({ id: 'abcdefgh', name: 'newer' }));
    expect((await open()).records[0]?.name).toBe('newer');
  });

  it('hazard 31: a failed write is told to each whose change was in it', async () => {
    const store = await open();
    await rm(folder, { recursive: true });
    const names = ['first', 'second', 'third'];
    const writes = names.map((name) => store.write(aRecord({ id: 'abcdefgh', name })));
    const told = await Promise.allSettled(writes);
    expect(told.map(({ status }) => status)).toEqual(names.map(() => 'rejected'));
  });
});
