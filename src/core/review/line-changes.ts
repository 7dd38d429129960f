// What became of some lines of a file between two versions of it.
import { gitBytes } from '../git.ts';
import { linesOf } from './anchor.ts';
import type { Range } from './comment.ts';
import { type Change, readPatch } from './patch-reader.ts';
import { settled } from './raw.ts';

/** The differences of two blobs; none when they are binary. `cwd` is any path in the repository. */
export async function lineChanges(cwd: string, oldBlob: string, blob: string): Promise<Change[]> {
  const args = ['diff', ...settled, '--unified=0', '--inter-hunk-context=0', oldBlob, blob, '--'];
  return readPatch(await gitBytes(args, { cwd })).flat();
}

export interface Outcome {
  /** Taken away and put in its place, at or right beside the range. */
  before: string[];
  after: string[];
  /** What the range has become; null when nothing of it is left. */
  range: Range | null;
}

/** What the changes did to a range of the old version; null when they left it alone. */
export function outcomeOf(changes: readonly Change[], range: Range): Outcome | null {
  const touching = changes.filter((change) => touches(change, range));
  const [first] = touching;
  const last = touching.at(-1);
  if (!first || !last) return null;
  const begin = first.newLines > 0 ? first.newStart : Number.POSITIVE_INFINITY;
  const start = Math.min(shifted(changes, range.start), begin);
  const end = Math.max(shifted(changes, range.end + 1), last.newStart + last.newLines) - 1;
  const { before, after } = told(touching);
  return { before, after, range: start <= end ? { start, end } : null };
}

/** Where a range of the old version is in the new one; where nothing is left of it, the lines around that place. */
export function carried(changes: readonly Change[], range: Range): Range {
  const start = shifted(changes, range.start);
  const outcome = outcomeOf(changes, range);
  if (!outcome) return { start, end: shifted(changes, range.end + 1) - 1 };
  return outcome.range ?? { start: Math.max(1, start - 1), end: Math.max(1, start) };
}

/** The lines that were taken away, and those that were added. */
export function told(changes: readonly Change[]): Pick<Outcome, 'before' | 'after'> {
  const lines = (side: 'old' | 'new') =>
    changes.flatMap((change) => linesOf(change[side].toString('utf8')));
  return { before: lines('old'), after: lines('new') };
}

/** Lines put right before or after the range were put there for its sake. */
function touches({ oldStart, oldLines }: Change, { start, end }: Range): boolean {
  if (oldLines === 0) return oldStart >= start - 1 && oldStart <= end;
  return oldStart <= end && oldStart + oldLines > start;
}

/** Where the first line that is left of those from `line` on is now. */
function shifted(changes: readonly Change[], line: number): number {
  let shift = 0;
  for (const { oldStart, oldLines, newStart, newLines } of changes) {
    // Where lines are only added, git names the one before; so it does where they are only taken away.
    const begin = oldLines === 0 ? oldStart + 1 : oldStart;
    if (begin >= line) break;
    if (line < begin + oldLines) return newStart + (newLines === 0 ? 1 : newLines);
    shift += newLines - oldLines;
  }
  return line + shift;
}
