// Reads what agents leave in their spool folders: one folder for each start of a session's agent, one
// file an event. A file is deleted once what came of it is kept, so that nothing is lost while nobody
// reads, and what is read twice after a crash means the same both times.
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpoolEvent } from '../agents/event.ts';

export interface Spools {
  /** Reads what is there and then whatever comes, from this start only. Resolves when it has read once. */
  follow(id: string, generation: number): Promise<void>;
  /** Reads once more and stops; for an agent that is gone. */
  finish(id: string): Promise<void>;
  /** Deletes all that this session's agents left. */
  forget(id: string): Promise<void>;
  stop(): void;
}

export interface SpoolsOptions {
  /** Holds a folder a session. */
  root: string;
  /** In the order of writing. The file is deleted when the promise resolves. */
  onEvent(id: string, generation: number, event: SpoolEvent): Promise<void>;
  log(line: string): void;
}

interface Followed {
  generation: number;
  /** Reads all that is there; what comes meanwhile is read, too. */
  read(): Promise<void>;
  stop(): void;
}

/** How often a folder is looked at, in ms, where the system has no watches left. */
const pollMs = 500;

/** Where the events of one start of a session's agent go. */
export function spoolFolder(root: string, id: string, generation: number): string {
  return join(root, id, String(generation));
}

export function createSpools({ root, onEvent, log }: SpoolsOptions): Spools {
  const followed = new Map<string, Followed>();

  const begin = (id: string, generation: number): Followed => {
    const folder = spoolFolder(root, id, generation);
    const read = createReader(folder, (event) => onEvent(id, generation, event), log);
    const report = (error: unknown) => log(`reading ${folder}: ${error}`);
    const stop = watchFolder(folder, () => void read().catch(report), log);
    return { generation, read, stop };
  };
  const end = (id: string) => {
    followed.get(id)?.stop();
    followed.delete(id);
  };

  return {
    async follow(id, generation) {
      const present = followed.get(id);
      if (present?.generation === generation) return await present.read();
      end(id);
      await mkdir(spoolFolder(root, id, generation), { recursive: true, mode: 0o700 });
      const next = begin(id, generation);
      followed.set(id, next);
      await next.read();
      await forgetOlder(join(root, id), generation);
    },
    async finish(id) {
      const present = followed.get(id);
      end(id);
      await present?.read();
    },
    async forget(id) {
      end(id);
      await rm(join(root, id), { recursive: true, force: true });
    },
    stop() {
      for (const id of [...followed.keys()]) end(id);
    },
  };
}

/** Evidence of an older start is worth nothing. */
async function forgetOlder(folder: string, generation: number): Promise<void> {
  const older = (await readdir(folder)).filter((name) => Number(name) < generation);
  await Promise.all(older.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** Calls `onChange` when something was written into the folder. Gives what ends it. */
function watchFolder(folder: string, onChange: () => void, log: (line: string) => void) {
  let poll: NodeJS.Timeout | null = null;
  let watcher: FSWatcher | null = null;
  const fall = (error: unknown) => {
    watcher?.close();
    if (poll) return;
    log(`no watch on ${folder}, looking every ${pollMs} ms instead: ${error}`);
    poll = setInterval(onChange, pollMs);
    poll.unref();
  };
  try {
    watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', fall);
  } catch (error) {
    fall(error);
  }
  return () => {
    watcher?.close();
    if (poll) clearInterval(poll);
  };
}

/** One reader at a time goes through the folder; whoever asks meanwhile makes it go once more. */
function createReader(
  folder: string,
  onEvent: (event: SpoolEvent) => Promise<void>,
  log: (line: string) => void,
): () => Promise<void> {
  const taken = new Set<string>();
  let running: Promise<void> | null = null;
  let again = false;

  const take = async ({ file, at }: Found) => {
    taken.add(file);
    const path = join(folder, file);
    const event = { name: nameOf(file), payload: parse(await readFile(path, 'utf8')), at };
    const keep = (error: unknown) => log(`${path} stays: ${error}`);
    // What comes of it is there at once; only its being kept is waited for.
    onEvent(event)
      .then(() => unlink(path))
      .then(() => void taken.delete(file))
      .catch(keep);
  };
  const readAll = async () => {
    do {
      again = false;
      for (const found of await listNew(folder, taken)) await take(found);
    } while (again);
  };
  return () => {
    again = true;
    running ??= readAll().finally(() => {
      running = null;
    });
    return running;
  };
}

interface Found {
  file: string;
  at: number;
}

/** Files that are whole and were not yet taken, in the order in which they were written. */
async function listNew(folder: string, taken: ReadonlySet<string>): Promise<Found[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.') && !taken.has(name));
  const found = await Promise.all(
    names.map(async (file) => ({ file, at: (await stat(join(folder, file))).mtimeMs })),
  );
  return found.sort((a, b) => a.at - b.at || (a.file < b.file ? -1 : 1));
}

/** `1234.56-789.Stop` is a `Stop`. */
function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('.') + 1);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
