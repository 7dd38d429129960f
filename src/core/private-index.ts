// The private index of a snapshot: made from the worktree's own, and used again as long as that is the same.
import {
  copyFile,
  link,
  open,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readText } from './plain-file.ts';

/** How a private index differs from the worktree's own. Names are latin1, one character a byte. */
export interface Besides {
  /** Names that it has and the own one has not; a nested repository's ends with a slash. */
  others: string[];
  /** Names that the own one has, and that were found missing in the worktree at some time. */
  missing: string[];
}

interface Place {
  worktree: string;
  /** Where git keeps the worktree's state, if its own `.git` can't tell. */
  gitDir?: string | undefined;
}

/** The path of the worktree's own index; null where only git can tell. */
export async function ownIndex({ worktree, gitDir }: Place): Promise<string | null> {
  if (gitDir) return join(gitDir, 'index');
  const dotGit = join(worktree, '.git');
  const found = await stat(dotGit).catch(() => null);
  if (found?.isDirectory()) return join(dotGit, 'index');
  const text = found ? await readText(dotGit) : '';
  const pointed = /^gitdir: (.*?)\r?\n?$/s.exec(text)?.[1];
  return pointed ? join(resolve(worktree, pointed), 'index') : null;
}

/**
 * Fills `scratch` with the private index if it was made from the own index as that is now, else with a copy
 * of the own. Gives `mark`, by which the own index is known again, and how the private one differs.
 */
export async function fillScratch(o: {
  indexFile: string;
  own: string;
  scratch: string;
}): Promise<{ mark: string; kept: Besides | null }> {
  const mark = await markOf(o.own);
  const kept = await readKept(o.indexFile);
  const isSame = async () => kept?.index === (await markOf(o.indexFile));
  // Somebody else's snapshot may put another in its place while it is copied.
  if (kept?.own === mark && (await isSame()) && (await takeIndex(o.indexFile, o.scratch))) {
    if (await isSame()) return { mark, kept };
  }
  await refill(o);
  return { mark, kept: null };
}

/** Begins again from the own index, if there is one. */
export async function refill({ own, scratch }: { own: string; scratch: string }): Promise<void> {
  await rm(scratch, { force: true });
  await copyIndex(own, scratch);
}

/**
 * Puts `scratch` in the place of the private index, to be used again as long as the own one is as `mark`
 * says; not, where it isn't known how the two differ.
 */
export async function keepScratch(o: {
  indexFile: string;
  scratch: string;
  mark: string;
  besides: Besides | null;
}): Promise<void> {
  const index = await markOf(o.scratch);
  if (index === nothing || o.besides === null) return;
  await rename(o.scratch, o.indexFile);
  const draft = `${o.scratch}.from`;
  await writeFile(draft, JSON.stringify({ own: o.mark, index, ...o.besides }));
  await rename(draft, `${o.indexFile}.from`);
}

/** Which index it belongs to, from which state of the own one that was made, and how they differ. */
const keptSchema = z.object({
  own: z.string(),
  index: z.string(),
  others: z.array(z.string()),
  missing: z.array(z.string()),
});

async function readKept(indexFile: string) {
  try {
    return keptSchema.parse(JSON.parse(await readFile(`${indexFile}.from`, 'utf8')));
  } catch {
    return null; // Nothing is lost: a new one is made.
  }
}

const nothing = 'none';

/** Changes whenever git writes the index. */
export async function markOf(index: string): Promise<string> {
  const info = await stat(index, { bigint: true }).catch(() => null);
  return info ? `${info.ino} ${info.size} ${info.mtimeNs}` : nothing;
}

/** Whether it is of version 4, which tells of each name only how it differs from the one before: half as long. */
export async function isShort(index: string): Promise<boolean> {
  const file = await open(index);
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.readUInt32BE(4) === 4;
  } finally {
    await file.close();
  }
}

/** Git puts another file in an index's place and never writes into it: so a second name does for a copy. */
async function takeIndex(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch {
    return await copyIndex(from, to);
  }
}

/**
 * Copies an index with its time. Git trusts an entry whose file is older than the index, so a copy
 * must not look younger than the original; a millisecond older only costs some hashing.
 */
async function copyIndex(from: string, to: string): Promise<boolean> {
  try {
    const { atime, mtimeMs } = await stat(from);
    await copyFile(from, to);
    await utimes(to, atime, (Math.floor(mtimeMs) - 1) / 1000);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
