// Follows the agents' own records of their conversations, line by line as they are written.
import { type FSWatcher, watch } from 'node:fs';
import { open } from 'node:fs/promises';
import type { LinePlace } from '../agents/agent.ts';

export interface Transcripts {
  /** Reads the file from its beginning and then whatever is added. One file a session. */
  follow(id: string, generation: number, path: string): Promise<void>;
  /** Whether a file of that start is followed. */
  follows(id: string, generation: number): boolean;
  /** Reads the rest and stops. */
  finish(id: string): Promise<void>;
  forget(id: string): void;
  stop(): void;
}

interface Followed {
  path: string;
  generation: number;
  read(): Promise<void>;
  stop(): void;
}

/** How often, in ms, a file is looked at that has no watch: an agent names it before it writes it, or none is left. */
const lookMs = 500;
const chunkLength = 256 * 1024;
/** A line longer than this, in bytes, is left out: it holds a picture, or isn't a line. */
const longestLine = 8 * 1024 * 1024;

export function createTranscripts(o: {
  /** `line` is parsed, if it is JSON. */
  onLine(id: string, generation: number, line: unknown, where: LinePlace): void;
  now(): number;
  log(line: string): void;
}): Transcripts {
  const followed = new Map<string, Followed>();

  const end = (id: string) => {
    followed.get(id)?.stop();
    followed.delete(id);
  };
  const begin = (id: string, generation: number, path: string): Followed => {
    // What is there before the first look was written who knows when.
    let isNew = false;
    const readAll = createReader(path, (line, number) =>
      o.onLine(id, generation, line, { number, at: isNew ? o.now() : 0 }),
    );
    const readOn = async () => {
      await readAll();
      isNew = true;
    };
    const report = (error: unknown) => o.log(`reading ${path}: ${error}`);
    let watcher: FSWatcher | null = null;
    let look: NodeJS.Timeout | null = null;
    let stopped = false;
    const lookOut = () => {
      watcher = null;
      if (stopped) return;
      look ??= setInterval(() => void read(), lookMs);
      look.unref();
    };
    const lookNoMore = () => {
      if (look) clearInterval(look);
      look = null;
    };
    const read = async () => {
      if (!stopped) watcher ??= watchFile(path, () => void readOn().catch(report), lookOut);
      if (watcher) lookNoMore();
      await readOn().catch(report);
    };
    const stop = () => {
      stopped = true;
      watcher?.close();
      lookNoMore();
    };
    lookOut();
    return { path, generation, read, stop };
  };

  return {
    async follow(id, generation, path) {
      const present = followed.get(id);
      if (present?.path === path && present.generation === generation) {
        return await present.read();
      }
      end(id);
      const next = begin(id, generation, path);
      followed.set(id, next);
      await next.read();
    },
    follows: (id, generation) => followed.get(id)?.generation === generation,
    async finish(id) {
      const present = followed.get(id);
      end(id);
      await present?.read();
    },
    forget: end,
    stop() {
      for (const id of [...followed.keys()]) end(id);
    },
  };
}

/** Null when the file isn't there, or no watch is left. One that fails later is `onLost`. */
function watchFile(path: string, onChange: () => void, onLost: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => {
      watcher.close();
      onLost();
    });
    return watcher;
  } catch {
    return null;
  }
}

/** Reads on from where it was; never two at a time. Whoever asks meanwhile makes it look once more. */
function createReader(
  path: string,
  onLine: (line: unknown, number: number) => void,
): () => Promise<void> {
  let offset = 0;
  let number = 0;
  let rest: Buffer[] = [];
  let restLength = 0;
  let running: Promise<void> | null = null;
  let again = false;

  const take = (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      restLength = 0;
      start = end + 1;
      if (line.length > 0 && line.length <= longestLine) onLine(parse(line.toString()), number);
      number += 1;
    }
    const left = Buffer.from(chunk.subarray(start));
    restLength += left.length;
    // Only its length still counts.
    if (restLength <= longestLine) rest.push(left);
  };
  const readOn = async () => {
    const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (!file) return;
    try {
      const buffer = Buffer.alloc(chunkLength);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkLength, offset);
        if (bytesRead === 0) return;
        offset += bytesRead;
        take(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  };
  const readAll = async () => {
    try {
      do {
        again = false;
        await readOn();
      } while (again);
    } finally {
      // Here, not when the promise is settled: who asks between the two would wait for nothing.
      running = null;
    }
  };
  return () => {
    again = true;
    running ??= readAll();
    return running;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
