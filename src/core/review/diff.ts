// What changed between two trees, byte for byte: names with newlines or of no encoding included.
import { isUtf8 } from 'node:buffer';
import { failure, gitBytes, gitTry } from '../git.ts';
import type { DiffFile } from './diff-file.ts';
import { readRaw, settled } from './raw.ts';

export interface DiffOptions {
  /** Any path in the repository. */
  cwd: string;
  base: string;
  tree: string;
  signal?: AbortSignal | undefined;
}

/**
 * The commit where HEAD of the worktree left the base; the base itself when the two have nothing
 * in common (any more), the empty tree's id when the worktree has no commit.
 */
export async function mergeBase(worktree: string, base: string): Promise<string> {
  const answer = await gitTry(['merge-base', '--', base, 'HEAD'], { cwd: worktree });
  return answer.code === 0 ? answer.stdout.toString().trim() : base;
}

/** Counts of files and lines; binary files count as files only. */
export async function diffStat(o: {
  root: string;
  base: string;
  tree: string;
}): Promise<{ files: number; added: number; removed: number }> {
  return statOf(await diffFiles({ cwd: o.root, base: o.base, tree: o.tree }));
}

export function statOf(files: readonly DiffFile[]) {
  const sum = (key: 'added' | 'removed') => files.reduce((all, file) => all + file[key], 0);
  return { files: files.length, added: sum('added'), removed: sum('removed') };
}

/** The files that differ, renames found, in the order of their paths. */
export async function diffFiles(o: DiffOptions): Promise<DiffFile[]> {
  const what = ['--raw', '--numstat', '--no-abbrev', '-z'];
  const args = ['diff', ...settled, ...what, o.base, o.tree, '--'];
  return parse(await gitBytes(args, { cwd: o.cwd, signal: o.signal }));
}

/** A file's bytes at a commit or tree; null when it isn't there or is no file (a submodule). */
export async function fileAt(o: FileAt): Promise<Buffer | null> {
  const blob = await blobAt(o);
  return blob === null ? null : gitBytes(['cat-file', 'blob', blob], o);
}

export interface FileAt {
  cwd: string;
  rev: string;
  path: Buffer | string;
  signal?: AbortSignal | undefined;
}

/** The object id of such a file. */
export async function blobAt({ cwd, rev, signal, ...o }: FileAt): Promise<string | null> {
  const path = Buffer.from(o.path);
  const args = ['--literal-pathspecs', 'ls-tree', '-z', '--full-tree'];
  // An argument is UTF-8, and git would take a path that leads elsewhere for an error.
  const [found, only] = canBeNamed(path) ? [[], ['--', `${path}`]] : [['-r'], []];
  const asked = [...args, ...found, '--end-of-options', rev, ...only];
  const listed = await gitTry(asked, { cwd, signal });
  if (listed.code !== 0) throw failure(['ls-tree'], listed.code, listed.stderr);
  return blobOf(listed.stdout, path);
}

function canBeNamed(path: Buffer): boolean {
  return isUtf8(path) && !`${path}`.split('/').some((part) => ['', '.', '..'].includes(part));
}

function blobOf(listing: Buffer, path: Buffer): string | null {
  const wanted = Buffer.concat([Buffer.from('\t'), path, Buffer.from('\0')]);
  const at = listing.indexOf(wanted);
  if (at < 0) return null;
  const begin = listing.lastIndexOf('\0', at) + 1;
  const [, type, id] = listing.toString('latin1', begin, at).split(' ');
  return type === 'blob' && id ? id : null;
}

/** The raw records come first; the numbers of the same files follow in the same order. */
function parse(bytes: Buffer): DiffFile[] {
  const { files, end } = readRaw(bytes);
  const fields = split(bytes.subarray(end));
  let at = 0;
  return files.map(({ path, oldPath, ...more }) => {
    const [added = '', removed = '', name = ''] = text(fields[at]).split('\t');
    // A name of nothing: those before and after a rename follow in fields of their own.
    at += name === '' ? 3 : 1;
    const binary = added === '-';
    return {
      path: path.toString(),
      rawPath: isUtf8(path) ? null : path.toString('base64'),
      oldPath: oldPath?.toString() ?? null,
      ...more,
      binary,
      added: binary ? 0 : Number(added),
      removed: binary ? 0 : Number(removed),
    };
  });
}

function split(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let begin = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, begin)) {
    fields.push(bytes.subarray(begin, end));
    begin = end + 1;
  }
  return fields;
}

function text(field: Buffer | undefined): string {
  return field?.toString('latin1') ?? '';
}
