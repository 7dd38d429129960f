// The store: one small JSON file a record, written atomically, flushed, and validated on reading.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TempestError } from './errors.ts';
import { recordSchema, type SessionRecord } from './session/record.ts';

export interface Store {
  /** The records found when the store was opened. */
  readonly records: SessionRecord[];
  /** Files that could not be read, and the names they were given. Never deleted, never overwritten. */
  readonly setAside: string[];
  /** Resolves once the record would survive a power cut. Writes of one record happen in order. */
  write(record: SessionRecord): Promise<void>;
  delete(id: string): Promise<void>;
  /** Resolves once nothing waits to be written, however that went. */
  settled(): Promise<void>;
}

/**
 * Opens the store in `folder`, making the folder if need be.
 * A file that can't be read as a record is renamed to `<name>.unreadable-<time>` and reported to `log`.
 */
export async function openStore(folder: string, log: (line: string) => void): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const records: SessionRecord[] = [];
  const setAside: string[] = [];
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.json')) continue;
    const path = join(folder, file);
    const record = await readRecord(path, file);
    if (record instanceof Error) {
      const aside = `${path}.unreadable-${Date.now()}`;
      await rename(path, aside);
      setAside.push(aside);
      log(`set aside ${aside}: ${record.message}`);
    } else if (record) {
      records.push(record);
    }
  }
  return { records, setAside, ...writer(folder) };
}

async function readRecord(path: string, file: string): Promise<SessionRecord | Error> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    if (`${record.id}.json` !== file) return new Error(`holds the record of ${record.id}`);
    return record;
  } catch (error) {
    return error as Error;
  }
}

/** Queues writes by record, and leaves out those that a newer one has overtaken: they end as that one does. */
function writer(folder: string): Pick<Store, 'write' | 'delete' | 'settled'> {
  const waiting = new Map<string, SessionRecord | null>();
  const running = new Map<string, Promise<void>>();

  const writeNext = async (id: string) => {
    const record = waiting.get(id) ?? null;
    waiting.delete(id);
    const path = join(folder, `${id}.json`);
    try {
      if (record) await writeFlushed(path, `${JSON.stringify(record, null, 2)}\n`);
      else await rm(path, { force: true });
    } catch (error) {
      throw notKept(path, error);
    }
  };
  const enqueue = (id: string, record: SessionRecord | null): Promise<void> => {
    waiting.set(id, record);
    const before = running.get(id) ?? Promise.resolve();
    const next = () => (waiting.has(id) ? writeNext(id) : before);
    const run = before.then(next, next);
    const settled = run.finally(() => {
      if (running.get(id) === settled) running.delete(id);
    });
    running.set(id, settled);
    return settled;
  };
  return {
    write: (record) => enqueue(record.id, record),
    delete: (id) => enqueue(id, null),
    async settled() {
      while (running.size > 0) await Promise.allSettled(running.values());
    },
  };
}

/** The error for what could not be written. */
export function notKept(path: string, cause: unknown): TempestError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const hint =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'Make room on that disk: `tempest doctor` shows what sessions take.'
      : 'See that the folder is there and can be written to.';
  return new TempestError('io-failed', `could not write ${path} (${code})`, hint, { cause });
}

/** Replaces a file so that a reader, or a restart after a power cut, finds the old or the new one whole. */
export async function writeFlushed(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
