// Reads what agents leave in their spool folders: one folder for each start of a session's agent, one
// file an event. A file is deleted once what came of it is kept, so that nothing is lost while nobody
// reads, and what is read twice after a crash means the same both times.
import { type FSWatcher, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpoolEvent } from '../agents/event.ts';
import { readSpoolFile } from '../agents/hook.ts';

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
  /** Reads all that is there. Throws what the file system says. */
  read(): void;
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
    const onChange = () => {
      try {
        read();
      } catch (error) {
        log(`reading ${folder}: ${error}`);
      }
    };
    return { generation, read, stop: watchFolder(folder, onChange, log) };
  };
  const end = (id: string) => {
    followed.get(id)?.stop();
    followed.delete(id);
  };

  return {
    async follow(id, generation) {
      const present = followed.get(id);
      if (present?.generation === generation) return present.read();
      end(id);
      await mkdir(spoolFolder(root, id, generation), { recursive: true, mode: 0o700 });
      const next = begin(id, generation);
      followed.set(id, next);
      next.read();
      await forgetOlder(join(root, id), generation);
    },
    async finish(id) {
      const present = followed.get(id);
      end(id);
      present?.read();
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

/**
 * Reads what is new each time it is called, at once and without giving way: the files are small and were
 * just written, while the threads that would read them otherwise may all be waiting for a disk to flush.
 */
function createReader(
  folder: string,
  onEvent: (event: SpoolEvent) => Promise<void>,
  log: (line: string) => void,
): () => void {
  const taken = new Set<string>();
  let deleted: Promise<unknown> = Promise.resolve();

  const take = ({ file, at }: Found) => {
    taken.add(file);
    const path = join(folder, file);
    const keep = (error: unknown) => log(`${path} stays: ${error}`);
    const bytes = textOf(path, keep);
    if (bytes === null) return;
    const whole = readSpoolFile(file, bytes);
    if (!whole) return void taken.delete(file); // Its next bytes are a change of the folder, too.
    const { name, text } = whole;
    // What comes of it is there at once; only its being kept is waited for. Those before it go first: what
    // is read again after a crash is the end of the story, not a piece of its middle.
    deleted = Promise.all([onEvent({ name, payload: parse(text), at }), deleted])
      .then(() => rm(path, { force: true }))
      .then(() => void taken.delete(file))
      .catch(keep);
  };
  return () => {
    for (const found of listNew(folder, taken)) take(found);
  };
}

interface Found {
  file: string;
  at: number;
}

/** Files that are whole and were not yet taken, in the order in which they were written. */
function listNew(folder: string, taken: ReadonlySet<string>): Found[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && !taken.has(name));
  const found = names.map((file) => ({ file, at: statSync(join(folder, file)).mtimeMs }));
  const time = wasSet(found) ? ({ file }: Found) => uptimeOf(file) : ({ at }: Found) => at;
  return found.sort((a, b) => time(a) - time(b) || a.at - b.at || (a.file < b.file ? -1 : 1));
}

/** Dates that differ from the time since boot by more than this, in ms, are of two clocks. */
const sameClockMs = 1_000;

/**
 * Whether the clock was set between these files. Their dates are finer than the time since boot in their
 * names (see `hookCommand`), which is taken a moment later; but that goes on evenly.
 */
function wasSet(found: Found[]): boolean {
  const boots = found.map(({ file, at }) => at - uptimeOf(file));
  if (boots.some(Number.isNaN)) return false;
  return boots.some((boot) => Math.abs(boot - (boots[0] ?? 0)) > sameClockMs);
}

/** In ms since boot; NaN for a name that doesn't begin with it. */
function uptimeOf(file: string): number {
  const found = /^(\d+\.\d+)-/.exec(file)?.[1];
  return found === undefined ? Number.NaN : Number(found) * 1000;
}

/** Null, and a complaint, for one that can't be read: it must not take the others with it. */
function textOf(path: string, complain: (error: unknown) => void): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    complain(error);
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
