// The files of the folder that the demo agent may edit.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf } from './languages.ts';

const skipped = new Set(['node_modules', 'dist', 'build', 'target', 'vendor', 'test', 'tests']);
const mostFiles = 200;
const longestFile = 256 * 1024;

/** Paths of source files relative to `root`, sorted; hidden, built and overlong ones left out. */
export function sourceFiles(root: string): string[] {
  const found: string[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of entriesOf(join(root, folder))) {
      if (found.length >= mostFiles) return found;
      if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && languageOf(path) && isShort(join(root, path))) found.push(path);
    }
  }
  return found;
}

/** Null when there is no such file, or it can't be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function entriesOf(folder: string) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function isShort(path: string): boolean {
  try {
    return statSync(path).size <= longestFile;
  } catch {
    return false;
  }
}
