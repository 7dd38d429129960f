// How much of the disk a folder takes.
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../cancel.ts';

/**
 * The bytes that a folder takes on the disk, files with several names in it counted once, links not
 * followed. What can't be read counts nothing.
 */
export async function folderSize(folder: string, signal?: AbortSignal): Promise<number> {
  const seen = new Set<string>();
  const sizeOf = async (path: string): Promise<number> => {
    const info = await lstat(path).catch(() => null);
    if (!info) return 0;
    if (info.nlink > 1 && !info.isDirectory()) {
      const id = `${info.dev}:${info.ino}`;
      if (seen.has(id)) return 0;
      seen.add(id);
    }
    return info.blocks * 512;
  };
  const visit = async (path: string): Promise<number> => {
    throwIfCancelled(signal, 'counting');
    let total = await sizeOf(path);
    const entries = await opendir(path).catch(() => null);
    if (!entries) return total;
    for await (const entry of entries) {
      const inner = join(path, entry.name);
      total += entry.isDirectory() ? await visit(inner) : await sizeOf(inner);
    }
    return total;
  };
  return visit(folder);
}
