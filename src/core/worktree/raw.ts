// Finds files whose bytes git would not give back as they are: line endings, LFS, other filters.
import { lstat } from 'node:fs/promises';
import type { KeptFile } from './kept.ts';
import { pathIn, type Run } from './plumbing.ts';

interface Changed {
  /** In latin1. */
  path: string;
  blob: string;
}

interface Trees {
  run: Run;
  worktree: string;
  /** A commit or tree; null stands for nothing at all. */
  base: string | null;
  tree: string;
}

/**
 * The changed files whose bytes on disk are not what their blob holds, since a filter or a
 * conversion of line endings lies between.
 * @returns path (in latin1) → a blob with the exact bytes, written to the repository.
 */
export async function rawFiles(o: Trees): Promise<Map<string, string>> {
  const changed = await present(o.worktree, await changedFiles(o));
  const ids = await exactBlobs(o.run, o.worktree, changed);
  return new Map(
    changed.flatMap(({ path, blob }, index): [string, string][] => {
      const exact = ids[index];
      return exact && exact !== blob ? [[path, exact]] : [];
    }),
  );
}

/**
 * The changed files that a checkout has written with other bytes than they had, and the blobs of
 * those: `raw` has the ones that differ from the tree's.
 */
export async function filesToMend(o: Trees & { raw: KeptFile[] }): Promise<KeptFile[]> {
  const raw = new Map(o.raw.map(({ path, blob }) => [path, blob]));
  const changed = await present(o.worktree, await changedFiles(o));
  const ids = await exactBlobs(o.run, o.worktree, changed);
  return changed
    .map(({ path, blob }) => ({ path, blob: raw.get(path) ?? blob }))
    .filter(({ blob }, index) => ids[index] !== blob);
}

async function changedFiles({ run, base, tree }: Trees): Promise<Changed[]> {
  const from = base ?? (await run(['mktree'], { input: '' }));
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--diff-filter=d'];
  return parse(await run([...args, from, tree]));
}

function parse(answer: string): Changed[] {
  const fields = answer.split('\0');
  const changed: Changed[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , blob = ''] = (fields[at] ?? '').split(' ');
    if (mode.startsWith('100')) changed.push({ path: fields[at + 1] ?? '', blob });
  }
  return changed;
}

async function present(worktree: string, changed: Changed[]): Promise<Changed[]> {
  const found: Changed[] = [];
  for (const file of changed) {
    const info = await lstat(pathIn(worktree, file.path)).catch(() => null);
    if (info?.isFile()) found.push(file);
  }
  return found;
}

/** Git unquotes paths that begin with a quote, so a path that needs it is quoted in C's way. */
async function exactBlobs(run: Run, worktree: string, files: Changed[]): Promise<string[]> {
  if (files.length === 0) return [];
  const lines = files.map(({ path }) => {
    const full = pathIn(worktree, path).toString('latin1');
    return /["\n\\]/.test(full) ? quoted(full) : full;
  });
  const input = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
  const ids = await run(['hash-object', '-w', '--no-filters', '--stdin-paths'], { input });
  return ids.split('\n');
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
