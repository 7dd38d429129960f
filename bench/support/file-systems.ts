// Where a bench that makes many files runs: the speed of a disk is one thing, our own another.
import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** From `statfs(2)`. */
const tmpfsMagic = 0x01021994;
/** Where Linux keeps a tmpfs that everybody may write to. */
const inMemory = '/dev/shm';

/** The temporary folder, and one in memory where that isn't in memory itself and the system has one. */
export function diskAndMemory(): string[] {
  const place = tmpdir();
  return isMemory(place) || !isMemory(inMemory) ? [place] : [place, inMemory];
}

/** Whether what is written there stays in memory (tmpfs) and we may write there. */
export function isMemory(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return statfsSync(folder).type === tmpfsMagic;
  } catch {
    return false;
  }
}
