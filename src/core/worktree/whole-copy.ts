// Copies a file so that it stands under its name whole or not at all, whenever the process that copies is killed.
import { constants } from 'node:fs';
import { copyFile, link, lstat, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface WholeCopy {
  worktree: string;
  /** Paths are bytes. */
  source: Buffer;
  target: Buffer;
  /** Called when the copy is whole, and not under its name yet. */
  onCopied?: (() => Promise<void> | void) | undefined;
}

/**
 * Copies a file into a worktree: copy-on-write where the file system can, with its mode. One at a time in one worktree.
 * @throws the system's error: `EEXIST` where something is at `target`, which is left as it is.
 */
export async function copyWhole({ worktree, source, target, onCopied }: WholeCopy): Promise<void> {
  const growing = growingPlace(worktree);
  try {
    await copyFile(source, growing, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await onCopied?.();
    await nameIt(growing, target);
  } finally {
    await forgetGrowing(worktree);
  }
}

/** Deletes what a copy left that was killed. */
export async function forgetGrowing(worktree: string): Promise<void> {
  await rm(growingPlace(worktree), { force: true });
}

/**
 * Beside the worktree: on its file system, as all of it is, but no part of it, so that no snapshot ever has half a file. No
 * session's name begins with a dot.
 */
function growingPlace(worktree: string): string {
  return join(dirname(worktree), `.growing-${basename(worktree)}`);
}

/** A second name takes no other's place, as a rename would. */
async function nameIt(growing: string, target: Buffer): Promise<void> {
  try {
    await link(growing, target);
  } catch (error) {
    const there = await lstat(target).catch(() => null);
    if (there) throw error;
    // Some file systems have no second names.
    await rename(growing, target);
  }
}
