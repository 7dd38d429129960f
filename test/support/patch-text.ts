// A difference as `git diff --raw --numstat` and `git diff -U0 --full-index` print it, written from our own reading of it.
import type { DiffFile } from '../../src/core/review/diff-file.ts';
import type { FileHunks, Hunk } from '../../src/core/review/hunks.ts';
import { quoted } from './history.ts';

const nothing = /^0+$/;

/** Bytes as latin1. What the reading leaves out, how alike renamed files are, is left out. */
export function patchText(files: readonly DiffFile[], hunks: readonly FileHunks[]): string {
  if (hunks.length === 0) return '';
  const all = hunks.map((file, index) => ({ ...file, ...counts(files[index]) }));
  return [...all.map(raw), ...all.map(numstat), '\n', ...all.flatMap(parts)].join('');
}

/**
 * The same left out of git's list and patch, and the names beside the numbers, which come in the order of the
 * files. Heads of functions are cut by bytes, so that their end may be no letter.
 */
export function normalized(list: Buffer, patch: Buffer): string {
  if (list.length === 0 && patch.length === 0) return '';
  const files = linesOf(list).map((line) =>
    line.replace(/^(:\d+ \d+ \w+ \w+ [RC])\d+/, '$1').replace(/^([\d-]+\t[\d-]+)\t.*/s, '$1'),
  );
  const parts = linesOf(patch)
    .filter((line) => !/^similarity index \d+%$/.test(line))
    .map((line) => (line.startsWith('@@ ') ? decoded(line) : line));
  return [...files, ...parts].join('\n');
}

function linesOf(printed: Buffer): string[] {
  return printed.toString('latin1').split('\n');
}

type File = Omit<FileHunks, keyof Counts> & Counts;
type Counts = Pick<DiffFile, 'added' | 'removed' | 'binary'>;

function counts(file: DiffFile | undefined): Counts {
  const { added = 0, removed = 0, binary = false } = file ?? {};
  return { added, removed, binary };
}

const letters = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R', copied: 'C' } as const;

function raw({ oldMode, mode, oldBlob, blob, status, path, oldPath }: File): string {
  const letter = status === 'type-changed' ? 'T' : letters[status];
  const named = [oldPath, path].filter((name) => name !== null).map((name) => nameOf(name));
  return `:${oldMode} ${mode} ${oldBlob} ${blob} ${letter}\t${named.join('\t')}\n`;
}

function numstat({ added, removed, binary }: File): string {
  return binary ? '-\t-\n' : `${added}\t${removed}\n`;
}

/** A file that became something else is shown as deleted and added. */
function parts(file: File): string[] {
  const { oldMode, mode, oldBlob, hunks } = file;
  const before = oldMode.slice(0, 2);
  if (before === '00' || mode.startsWith('00') || before === mode.slice(0, 2)) return [part(file)];
  const [none, zeros] = ['000000', oldBlob.replace(/./g, '0')];
  return [
    part({ ...file, mode: none, blob: zeros, hunks: hunks.filter((hunk) => hunk.newLines === 0) }),
    part({ ...file, oldMode: none, oldBlob: zeros, hunks: hunks.filter((h) => h.oldLines === 0) }),
  ];
}

function part(file: File): string {
  const { oldMode, mode, oldBlob, blob, path, oldPath, hunks } = file;
  const [from, to] = [nameOf(oldPath ?? path, 'a/'), nameOf(path, 'b/')];
  const isNew = nothing.test(oldMode);
  const isGone = nothing.test(mode);
  const sides = [isNew ? '/dev/null' : from, isGone ? '/dev/null' : to];
  const head = [`diff --git ${from} ${to}`];
  if (isNew) head.push(`new file mode ${mode}`);
  else if (isGone) head.push(`deleted file mode ${oldMode}`);
  else if (oldMode !== mode) head.push(`old mode ${oldMode}`, `new mode ${mode}`);
  if (oldPath) head.push(`rename from ${nameOf(oldPath)}`, `rename to ${nameOf(path)}`);
  if (oldBlob !== blob) head.push(`index ${oldBlob}..${blob}${oldMode === mode ? ` ${mode}` : ''}`);
  if (isBinary(file)) head.push(`Binary files ${sides[0]} and ${sides[1]} differ`);
  // A tab ends a name with spaces in it.
  const ended = (side: string) => (side.includes(' ') ? `${side}\t` : side);
  if (hunks.length > 0) head.push(`--- ${ended(sides[0] ?? '')}`, `+++ ${ended(sides[1] ?? '')}`);
  return `${head.join('\n')}\n${hunks.map(hunkText).join('')}`;
}

/** Nothing differs from an empty file; where a file became something else, only one side may be binary. */
function isBinary({ binary, oldBlob, blob, hunks }: File): boolean {
  const isEmpty = (id: string) => nothing.test(id) || id.startsWith('e69de29b');
  return binary && hunks.length === 0 && oldBlob !== blob && !(isEmpty(oldBlob) && isEmpty(blob));
}

function hunkText({ oldStart, oldLines, newStart, newLines, section, ...sides }: Hunk): string {
  const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`);
  const head = `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`;
  const told = section && ` ${Buffer.from(section).toString('latin1')}`;
  return `${head}${told}\n${side(sides.old, '-')}${side(sides.new, '+')}`;
}

function side(bytes: Buffer, mark: string): string {
  const lines = bytes.toString('latin1').split('\n');
  const last = lines.pop();
  const whole = lines.map((line) => `${mark}${line}\n`).join('');
  return last ? `${whole}${mark}${last}\n\\ No newline at end of file\n` : whole;
}

function nameOf(path: Buffer, prefix = ''): string {
  return quoted(`${prefix}${path.toString('latin1')}`);
}

function decoded(line: string): string {
  return Buffer.from(Buffer.from(line, 'latin1').toString()).toString('latin1');
}
