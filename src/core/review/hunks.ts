// The hunks of a difference, each with an id made from its content, by which it is known wherever it moves.
import { createHash } from 'node:crypto';
import { failure, gitBytes } from '../git.ts';
import type { DiffOptions } from './diff.ts';
import { type Change, readPatch } from './patch-reader.ts';
import { type RawFile, readRaw, settled } from './raw.ts';

export interface Hunk extends Change {
  id: string;
}

export interface FileHunks extends RawFile {
  /** From the top; none for what has no lines. */
  hunks: Hunk[];
}

/** Every file that differs, or those that the pathspecs match, with its hunks. */
export async function treeHunks(
  o: DiffOptions & { pathspecs?: string[] | undefined },
): Promise<FileHunks[]> {
  const what = ['--raw', '--patch', '--unified=0', '--inter-hunk-context=0', '--no-abbrev', '-z'];
  const args = ['diff', ...settled, ...what, o.base, o.tree, '--', ...(o.pathspecs ?? [])];
  const bytes = await gitBytes(args, { cwd: o.cwd, signal: o.signal });
  const { files, end } = readRaw(bytes);
  // One zero byte parts the list from the patch.
  const parts = readPatch(bytes.subarray(end + 1));
  const found = files.map((file) => {
    const changes = parts.splice(0, isRetyped(file) ? 2 : 1).flat();
    return { ...file, hunks: identified(file.path, changes) };
  });
  if (parts.length > 0) throw failure(['diff'], 0, 'its patch has more files than its list');
  return found;
}

/**
 * The hunks of one file by its name on the right side, or on the left where it was deleted; null when it
 * doesn't differ. Costs what the one file costs, unless it may have been renamed.
 */
export async function fileHunks(o: DiffOptions & { path: Buffer }): Promise<Hunk[] | null> {
  const alone = await treeHunks({ ...o, pathspecs: [pathspec(o.path)] });
  const found = alone.find(({ path }) => path.equals(o.path));
  if (!found) return null;
  if (found.status === 'modified' || found.status === 'type-changed') return found.hunks;
  // Looked at alone, half of a rename is an addition or a deletion.
  const listed = await listedFile(o);
  if (!listed) return null;
  if (!listed.oldPath) return found.hunks;
  const specs = [listed.path, listed.oldPath].map(pathspec);
  const isListed = ({ path, oldPath }: RawFile) =>
    path.equals(listed.path) && oldPath?.equals(listed.oldPath ?? path);
  const pair = (await treeHunks({ ...o, pathspecs: specs })).find(isListed);
  // Where the two names match more files, git may have paired them in another way.
  return (pair ?? (await treeHunks(o)).find(isListed))?.hunks ?? null;
}

async function listedFile(o: DiffOptions & { path: Buffer }): Promise<RawFile | undefined> {
  const args = ['diff', ...settled, '--raw', '--no-abbrev', '-z', o.base, o.tree, '--'];
  const { files } = readRaw(await gitBytes(args, { cwd: o.cwd, signal: o.signal }));
  return files.find(({ path }) => path.equals(o.path));
}

/** Arguments are UTF-8, so that the bytes of any other name are matched by wildcards: it may match more. */
function pathspec(path: Buffer): string {
  const escaped = path.toString('latin1').replace(/[*?[\]\\]/g, '\\$&');
  return `:(top)${escaped.replace(/[^ -~\n\t]/g, '?')}`;
}

/** Between file, symlink and submodule git shows a deletion and an addition. */
function isRetyped({ oldMode, mode }: RawFile): boolean {
  const [before, after] = [oldMode, mode].map((octal) => Number.parseInt(octal, 8) >> 12);
  return before !== 0 && after !== 0 && before !== after;
}

function identified(path: Buffer, changes: Change[]): Hunk[] {
  const seen = new Map<string, number>();
  return changes.map((change) => {
    const hash = createHash('sha256').update(`${path.length} ${change.old.length} `);
    const content = hash.update(path).update(change.old).update(change.new).digest('hex');
    const before = seen.get(content) ?? 0;
    seen.set(content, before + 1);
    return { id: `${content.slice(0, 20)}-${before + 1}`, ...change };
  });
}
