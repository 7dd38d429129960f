// What is kept for a session beside its record: a small JSON file each, written atomically, validated on reading.
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { notKept, writeFlushed } from './store.ts';

export interface Kept<T> {
  get(id: string): Promise<T>;
  /** Makes one change after the other; durable when it resolves. Throws `io-failed`, and then nothing has changed. */
  change(id: string, change: (value: T) => T): Promise<T>;
  /** For a session that nobody can restore any more. */
  forget(id: string): Promise<void>;
}

export interface KeepOptions<T> {
  folder: string;
  schema: z.ZodType<T>;
  /** What a session has of which nothing was kept yet. */
  empty: T;
  log(line: string): void;
}

/** Reads a file when it is first asked for. One that can't be read is set aside under another name, never overwritten. */
export function createKept<T>({ folder, schema, empty, log }: KeepOptions<T>): Kept<T> {
  const values = new Map<string, Promise<T>>();
  const pathOf = (id: string) => join(folder, `${id}.json`);

  const read = async (id: string): Promise<T> => {
    const path = pathOf(id);
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty;
      const aside = `${path}.unreadable-${Date.now()}`;
      await rename(path, aside);
      log(`set aside ${aside}: ${error}`);
      return empty;
    }
  };
  const get = (id: string): Promise<T> => {
    const known = values.get(id) ?? read(id);
    values.set(id, known);
    // What could not be read this time may be readable the next.
    known.catch(() => values.get(id) === known && values.delete(id));
    return known;
  };
  /** One after the other, since each takes the value that the one before it leaves. */
  const put = (id: string, work: (before: T) => Promise<T>): Promise<T> => {
    const before = get(id);
    const after = before.then(work);
    values.set(
      id,
      after.catch(() => before),
    );
    return after;
  };
  return {
    get,
    change: (id, change) =>
      put(id, async (before) => {
        const value = change(before);
        try {
          await mkdir(folder, { recursive: true, mode: 0o700 });
          await writeFlushed(pathOf(id), `${JSON.stringify(value, null, 2)}\n`);
        } catch (error) {
          throw notKept(pathOf(id), error);
        }
        return value;
      }),
    async forget(id) {
      await put(id, async () => {
        await rm(pathOf(id), { force: true });
        return empty;
      });
      values.delete(id);
    },
  };
}
