// What git prints, by pages: of a long output only a window is ever in memory, and no page waits for what follows it.
import { gitRange } from '../git.ts';
import { createLately } from './lately.ts';

export interface Page {
  bytes: Buffer;
  /** Where the next page begins, in bytes; null on the last. */
  next: number | null;
}

export interface PageOptions {
  cwd: string;
  /** Bytes. */
  offset: number;
  limit: number;
  signal?: AbortSignal | undefined;
}

/** One page of what git prints for these arguments. @throws TempestError `git-failed`, `cancelled` */
export type ReadPage = (args: string[], o: PageOptions) => Promise<Page>;

/** Bytes that are read beyond the beginning of a page, for those that follow. */
const ahead = 16 * 1024 * 1024;
/** Windows that are kept: a client may read two things at once. */
const mostWindows = 2;

/** Reads pages. What is asked for must not change between them: arguments name objects by their ids. */
export function createPages(): ReadPage {
  const windows = createLately<{ begin: number; bytes: Buffer; ended: boolean }>(mostWindows);
  return async (args, { cwd, offset, limit, signal }) => {
    const key = JSON.stringify([cwd, args]);
    const end = offset + limit;
    const holds = ({ begin, bytes, ended }: NonNullable<ReturnType<typeof windows.get>>) =>
      begin <= offset && (ended || end < begin + bytes.length);
    let window = windows.get(key);
    if (!window || !holds(window)) {
      const length = Math.max(ahead, limit + 1);
      window = { begin: offset, ...(await gitRange(args, { cwd, offset, length, signal })) };
      if (!window.ended || window.bytes.length > limit) windows.put(key, window);
    }
    const { begin, bytes, ended } = window;
    const next = ended && end >= begin + bytes.length ? null : end;
    return { bytes: bytes.subarray(offset - begin, end - begin), next };
  };
}
