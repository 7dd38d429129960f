// Where a bench that makes many files runs: the speed of a disk is one thing, our own another.
import { accessSync, constants, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { sep } from 'node:path';
import { isInMemory } from '../../src/core/worktree/checkout.ts';

/** Where Linux keeps a tmpfs that everybody may write to. */
const shared = '/dev/shm';

/**
 * The temporary folder, and one in memory where that isn't in memory itself and the system has one with
 * room for this many bytes.
 */
export function diskAndMemory(bytes: number): string[] {
  const place = tmpdir();
  return isInMemory(place) || !hasRoom(bytes) ? [place] : [place, shared];
}

function hasRoom(bytes: number): boolean {
  try {
    accessSync(shared, constants.W_OK);
    const { bavail, bsize } = statfsSync(shared);
    return isInMemory(shared) && Math.min(bavail * bsize, freemem()) > bytes;
  } catch {
    return false;
  }
}

/** The kind of file system a folder lies on, as the system calls it (ext4, tmpfs); empty where it doesn't say. */
export function fileSystemOf(folder: string): string {
  const place = `${realpathSync(folder)}${sep}`;
  let found = { point: '', type: '' };
  for (const line of mounts()) {
    const [, point = '', type = ''] = line.split(' ');
    const isAbove = place.startsWith(point === '/' ? point : `${point}/`);
    // What was mounted last over the same place counts.
    if (isAbove && point.length >= found.point.length) found = { point, type };
  }
  return found.type;
}

/** Linux only. */
function mounts(): string[] {
  try {
    return readFileSync('/proc/self/mounts', 'utf8').split('\n');
  } catch {
    return [];
  }
}
