// How git fills a worktree: with more processes where those save more than they cost.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Files; with fewer, starting more processes costs more than they save. A disk they wait for together;
 * in memory there is nothing to wait for, and each file takes a third more processor time with them.
 */
const worthWorkers = { onDisk: 600, inMemory: 4_000 };

/** From `statfs(2)`. */
const tmpfsMagic = 0x01021994;

/** How many worktrees are being filled now. */
let filling = 0;

/**
 * Runs the git that fills the worktree at `path`, with these settings as its first arguments. One
 * that is alone gets all processors (`0`); several at once use them as it is.
 */
export async function fillWorktree<T>(
  path: string,
  run: (settings: string[]) => Promise<T>,
): Promise<T> {
  filling += 1;
  try {
    return await run(settingsFor(path));
  } finally {
    filling -= 1;
  }
}

function settingsFor(path: string): string[] {
  const place = isInMemory(dirname(path)) ? 'inMemory' : 'onDisk';
  const settings = {
    workers: filling > 1 ? 1 : 0,
    thresholdForParallelism: worthWorkers[place],
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `checkout.${key}=${value}`]);
}

/** Whether what is written into the folder stays in memory (tmpfs); false where it isn't there yet. */
export function isInMemory(folder: string): boolean {
  try {
    return statfsSync(folder).type === tmpfsMagic;
  } catch {
    return false;
  }
}
