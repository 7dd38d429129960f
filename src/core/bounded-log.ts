// A log file that stays small whatever is written: its beginning and its end are kept.
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface BoundedLog {
  write(bytes: Buffer): void;
  /** Resolves when all that is kept is in the file. Never throws. */
  end(): Promise<void>;
}

/** Bytes that are kept of the beginning, and at least as many of the end. */
const share = 512 * 1024;

/** Begins the file anew. @throws when it can't be made; what can't be written later is left out. */
export async function openBoundedLog(path: string, half = share): Promise<BoundedLog> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'w', 0o600);
  let room = half;
  let tail: Buffer[] = [];
  let held = 0;
  let dropped = 0;
  let last: Promise<unknown> = Promise.resolve();
  const append = (bytes: Buffer) => {
    last = last.then(() => file.appendFile(bytes)).catch(() => {});
  };
  const hold = (bytes: Buffer) => {
    tail.push(bytes);
    held += bytes.length;
    // Joined only when there is twice as much as is kept, so that each byte is copied once or twice.
    if (held < 2 * half) return;
    const all = Buffer.concat(tail);
    tail = [all.subarray(all.length - half)];
    dropped += all.length - half;
    held = half;
  };
  return {
    write(bytes) {
      const now = bytes.subarray(0, room);
      room -= now.length;
      if (now.length > 0) append(now);
      if (bytes.length > now.length) hold(bytes.subarray(now.length));
    },
    async end() {
      if (dropped > 0) append(Buffer.from(`\n[… ${dropped} bytes are left out here …]\n`));
      append(Buffer.concat(tail));
      await last;
      await file.close().catch(() => {});
    },
  };
}
