// The list of files in a difference as git tells it with `--raw -z`: names are bytes.
import type { DiffFile } from './diff-file.ts';

/**
 * What every comparison is told: two trees are compared, never files on disk; no program of anybody's runs,
 * and no setting of the person's changes what there is, but for how lines are matched.
 */
export const settled = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-relative',
  '--ignore-submodules=none',
  '--submodule=short',
  // Cancels diff.orderFile, as git's manual says.
  '-O/dev/null',
  '-M',
  '-l2000',
];

export interface RawFile {
  path: Buffer;
  /** The name before a rename or copy. */
  oldPath: Buffer | null;
  status: DiffFile['status'];
  oldMode: string;
  mode: string;
  oldBlob: string;
  blob: string;
}

const statuses: Record<string, DiffFile['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type-changed',
};

const colon = 0x3a;

/** The files at the beginning of the output, and where (in bytes) what follows them begins. */
export function readRaw(bytes: Buffer): { files: RawFile[]; end: number } {
  const files: RawFile[] = [];
  let end = 0;
  const field = () => {
    const from = end;
    const to = bytes.indexOf(0, from);
    end = to < 0 ? bytes.length : to + 1;
    return bytes.subarray(from, to < 0 ? bytes.length : to);
  };
  // A name follows each record, so what begins with a colon here is a record.
  while (bytes[end] === colon) {
    const [oldMode = '', mode = '', oldBlob = '', blob = '', letter = ''] = field()
      .toString('latin1', 1)
      .split(' ');
    const oldPath = /^[RC]/.test(letter) ? field() : null;
    const status = statuses[letter[0] ?? ''] ?? 'modified';
    files.push({ path: field(), oldPath, status, oldMode, mode, oldBlob, blob });
  }
  return { files, end };
}
