// Prints a file, and then what is added to it.
import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Ms between looks where the system has no watches left. */
const fallbackInterval = 500;

/**
 * Hands every byte of the file at `path` to `write`, also of one that comes later, until `signal`
 * fires; then once more what is left. A file that shrinks or is replaced is read from its start.
 */
export async function followFile(
  path: string,
  write: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  let position = 0;
  let inode = 0n;
  const readOn = async () => {
    const file = await open(path).catch(() => null);
    if (!file) return;
    try {
      const { ino, size } = await file.stat({ bigint: true });
      if (ino !== inode || size < BigInt(position)) position = 0;
      inode = ino;
      position = await readFrom(file, position, write);
    } finally {
      await file.close();
    }
  };
  await readOn();
  for await (const _ of changes(path, signal)) await readOn();
  await readOn();
}

async function readFrom(
  file: FileHandle,
  start: number,
  write: (chunk: Buffer) => void,
): Promise<number> {
  let position = start;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, position);
    if (bytesRead === 0) return position;
    write(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Fires after each change of the file, several at once taken as one; ends with the signal. */
async function* changes(path: string, signal: AbortSignal): AsyncGenerator<void> {
  let wake = () => {};
  let changed = false;
  const notice = () => {
    changed = true;
    wake();
  };
  const stop = watchFile(path, notice);
  signal.addEventListener('abort', notice);
  try {
    while (!signal.aborted) {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
      if (!signal.aborted) yield;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', notice);
  }
}

/** Looks now and then where the system has no watch for it, or takes one back. */
function watchFile(path: string, notice: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const lookOut = () => {
    watcher?.close();
    timer ??= setInterval(notice, fallbackInterval);
  };
  try {
    watcher = watch(dirname(path), (_, name) => {
      if (name === null || name === basename(path)) notice();
    });
    watcher.on('error', lookOut);
  } catch {
    lookOut();
  }
  return () => {
    watcher?.close();
    clearInterval(timer);
  };
}
