// One side of a file as text, by pages that end between two characters.
import { basename } from 'node:path';
import { git, gitRange } from '../git.ts';
import { blobAt, type FileAt } from './diff.ts';
import type { Page, ReadPage } from './pages.ts';

export interface FilePage {
  /** Null when the file is not there; of a binary file its name and size. */
  text: string | null;
  binary: boolean;
  /** Of the whole file, in bytes. */
  size: number;
  /** Where the next page begins, in bytes; null on the last. */
  next: number | null;
}

/** In JSON one byte may become six: as text, a page stays under the longest message. Bytes. */
const pageSize = 2 * 1024 * 1024;

/** How many bytes at the beginning git looks at for a zero byte (`buffer_is_binary` in xdiff-interface.c). */
const judged = 8000;

/**
 * One page of a file at a commit or tree; without `offset` all of it, unless it has more than `most` bytes:
 * null then. @throws TempestError `git-failed`, `cancelled`
 */
export async function filePage(
  { offset, most, path, ...o }: FileAt & { offset?: number | undefined; most: number },
  read: ReadPage,
): Promise<FilePage | null> {
  const blob = await blobAt({ ...o, path });
  if (blob === null) return { text: null, binary: false, size: 0, next: null };
  const size = Number(await git(['cat-file', '-s', blob], o));
  const args = ['cat-file', 'blob', blob];
  const page = (from: number, limit: number) => read(args, { ...o, offset: from, limit });
  // Of a page further on, the beginning is none that follows.
  const head = await (offset
    ? gitRange(args, { ...o, offset: 0, length: judged })
    : page(0, judged));
  if (head.bytes.includes(0)) {
    return { text: `${basename(`${path}`)}: ${size} bytes`, binary: true, size, next: null };
  }
  if (offset === undefined && size > most) return null;
  const found = await page(offset ?? 0, offset === undefined ? size : pageSize);
  const { bytes, next } = offset === undefined ? found : betweenCharacters(found);
  return { text: bytes.toString('utf8'), binary: false, size, next };
}

/** Leaves the beginning of a character that goes on to the next page. */
function betweenCharacters({ bytes, next }: Page): Page {
  if (next === null) return { bytes, next };
  let begin = bytes.length - 1;
  const isInside = (byte = 0) => (byte & 0xc0) === 0x80;
  while (begin > bytes.length - 4 && isInside(bytes[begin])) begin -= 1;
  const first = bytes[begin] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  const left = begin + length > bytes.length ? bytes.length - begin : 0;
  return { bytes: bytes.subarray(0, bytes.length - left), next: next - left };
}
