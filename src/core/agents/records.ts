// Looks into the records that agents keep of their conversations.
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Whether a line of the file passes; a file that isn't there has none. */
export async function hasLine(path: string, passes: (line: string) => boolean): Promise<boolean> {
  const lines = createInterface({ input: createReadStream(path, 'utf8') });
  try {
    for await (const line of lines) if (passes(line)) return true;
  } catch {
    // Not there, or not to be read.
  } finally {
    lines.close();
  }
  return false;
}

/** A line of a record; null where it is no JSON. */
export function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Copies a record up to the first line that `ends` it. Gives the path of the copy; null when nothing was copied. */
export async function copyUntil(
  record: string,
  copy: string,
  ends: (line: string) => boolean,
): Promise<string | null> {
  const kept: string[] = [];
  await hasLine(record, (line) => ends(line) || kept.push(line) < 0);
  if (kept.length === 0) return null;
  await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
  await writeFile(copy, `${kept.join('\n')}\n`, { mode: 0o600 });
  return copy;
}

/** The entries of a folder, the newest first; only those since `since`, in ms since 1970. */
export async function newestIn(folder: string, since = 0): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const dated = await Promise.all(
    entries.map(async (entry) => {
      const found = await stat(join(folder, entry)).catch(() => null);
      return { entry, at: found?.mtimeMs ?? 0 };
    }),
  );
  const recent = dated.filter(({ at }) => at > 0 && at >= since);
  return recent.sort((a, b) => b.at - a.at).map(({ entry }) => entry);
}
