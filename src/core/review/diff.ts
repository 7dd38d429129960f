// What changed between two trees, byte for byte: names with newlines or of no encoding included.
import { failure, gitBytes, gitTry } from '../git.ts';
import type { DiffFile } from './diff-file.ts';

/** Two trees are compared, never files on disk, and no program of anybody's is run for it. */
const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '-z', '-r', '-M', '-l2000'];

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
  const files = await diffFiles({ cwd: o.root, base: o.base, tree: o.tree });
  const sum = (key: 'added' | 'removed') => files.reduce((all, file) => all + file[key], 0);
  return { files: files.length, added: sum('added'), removed: sum('removed') };
}

/** The files that differ, renames found, in the order of their paths. */
export async function diffFiles(o: DiffOptions): Promise<DiffFile[]> {
  const args = ['diff-tree', '--raw', '--numstat', '--no-abbrev', ...plain, o.base, o.tree, '--'];
  return parse(await gitBytes(args, { cwd: o.cwd, signal: o.signal }));
}

/** A file's bytes at a commit or tree; null when it isn't there or is no file (a submodule). */
export async function fileAt(o: {
  cwd: string;
  rev: string;
  path: Buffer | string;
}): Promise<Buffer | null> {
  const path = Buffer.from(o.path);
  const listed = await gitTry(['ls-tree', '-z', '-r', '--full-tree', '--end-of-options', o.rev], {
    cwd: o.cwd,
  });
  if (listed.code !== 0) throw failure(['ls-tree'], listed.code, listed.stderr);
  const blob = blobOf(listed.stdout, path);
  return blob ? gitBytes(['cat-file', 'blob', blob], { cwd: o.cwd }) : null;
}

function blobOf(listing: Buffer, path: Buffer): string | null {
  const wanted = Buffer.concat([Buffer.from('\t'), path, Buffer.from('\0')]);
  const at = listing.indexOf(wanted);
  if (at < 0) return null;
  const begin = listing.lastIndexOf('\0', at) + 1;
  const [, type, id] = listing.toString('latin1', begin, at).split(' ');
  return type === 'blob' && id ? id : null;
}

const statuses: Record<string, DiffFile['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type-changed',
};

/** Raw records begin with a colon; the numstat of the same files follows in the same order. */
function parse(bytes: Buffer): DiffFile[] {
  const fields = split(bytes);
  const files: DiffFile[] = [];
  let at = 0;
  for (; fields[at]?.[0] === 0x3a && /^:\d{6} \d{6} /.test(text(fields[at])); ) {
    const [oldMode = '', mode = '', , , status = ''] = text(fields[at]).slice(1).split(' ');
    const moved = /^[RC]/.test(status);
    const path = fields[at + (moved ? 2 : 1)] ?? Buffer.alloc(0);
    files.push({
      path: path.toString(),
      rawPath: isUtf8(path) ? null : path.toString('base64'),
      oldPath: moved ? (fields[at + 1]?.toString() ?? null) : null,
      status: statuses[status[0] ?? ''] ?? 'modified',
      oldMode,
      mode,
      binary: false,
      added: 0,
      removed: 0,
    });
    at += moved ? 3 : 2;
  }
  for (const file of files) at = count(file, fields, at);
  return files;
}

function count(file: DiffFile, fields: Buffer[], at: number): number {
  const [added = '', removed = '', name = ''] = text(fields[at]).split('\t');
  file.binary = added === '-';
  file.added = file.binary ? 0 : Number(added);
  file.removed = file.binary ? 0 : Number(removed);
  return at + (name === '' ? 3 : 1);
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

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString()).equals(bytes);
}
