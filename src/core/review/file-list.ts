// A page of a list of files: as many as are asked for, as far as a message carries them.
import type { DiffFile } from './diff-file.ts';

/** In JSON a page stays well under the longest message. Bytes. */
const mostBytes = 8 * 1024 * 1024;

/** The files from `offset` on, at least one of them; `next` is where the page after them begins, null at the end. */
export function pageOf(
  files: readonly DiffFile[],
  offset: number,
  limit = Number.POSITIVE_INFINITY,
): { items: DiffFile[]; next: number | null } {
  const items: DiffFile[] = [];
  let bytes = 0;
  for (const file of files.slice(offset)) {
    bytes += Buffer.byteLength(JSON.stringify(file));
    if (items.length > 0 && (items.length >= limit || bytes > mostBytes)) {
      return { items, next: offset + items.length };
    }
    items.push(file);
  }
  return { items, next: null };
}
