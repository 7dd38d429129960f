// Which comments a turn has answered: those whose code it changed.
import { anchorAt, linesOf } from '../review/anchor.ts';
import type { Comment, KeptComment, Range } from '../review/comment.ts';
import { diffFiles, fileAt } from '../review/diff.ts';
import type { DiffFile } from '../review/diff-file.ts';
import { carried, lineChanges, type Outcome, outcomeOf, told } from '../review/line-changes.ts';
import { bytesOf, type FilePlace } from '../review/worktree-file.ts';

export interface TurnEnd {
  /** The checkpoint that was taken. */
  number: number;
  tree: string;
  /** When the turn was over, in ms since 1970. */
  at: number;
}

/** Of what a turn changed, so many lines on each side are kept with the comment. */
const mostTold = 12;

/** Where the code of a comment is in a snapshot; without a range where its file is not there. */
export async function placeIn(
  cwd: string,
  { path, rawPath, range, side, rev, anchor }: Comment,
  tree: string | null,
): Promise<FilePlace & { range: Range | null }> {
  const place = { path, rawPath };
  if (side === 'new') return { ...place, range: anchor === 'gone' ? null : range };
  if (rev === null || tree === null) return { ...place, range: null };
  const file = fileOf(place, await diffFiles({ cwd, base: rev, tree }));
  if (!file) return { ...place, range };
  if (file.status === 'deleted' || file.status === 'type-changed') return { ...place, range: null };
  const changes = await lineChanges(cwd, file.oldBlob, file.blob);
  return { path: file.path, rawPath: file.rawPath, range: carried(changes, range) };
}

/** The comment, answered if what it was sent about has changed until the end of the turn; null: it is as before. */
export async function answered(
  cwd: string,
  comment: KeptComment,
  end: TurnEnd,
): Promise<KeptComment | null> {
  const { sent } = comment;
  if (comment.status !== 'sent' || !sent?.tree || sent.tree === end.tree) return null;
  // The end of the turn before is noticed late, when the next prompt is on its way already.
  if (end.at <= sent.at) return null;
  const files = await diffFiles({ cwd, base: sent.tree, tree: end.tree });
  const file = fileOf(sent, files);
  if (!file) return null;
  const outcome = await whatHappened(cwd, file, comment);
  if (!outcome) return null;
  const answer = {
    at: end.at,
    checkpoint: end.number,
    before: shortened(outcome.before),
    after: shortened(outcome.after),
  };
  const now = { ...comment, status: 'answered' as const, answer };
  if (file.status === 'deleted' || comment.side === 'old' || !outcome.range) return now;
  const { path, rawPath } = file;
  const bytes = await fileAt({ cwd, rev: end.tree, path: bytesOf(file) });
  const sought = anchorAt(linesOf(bytes?.toString('utf8') ?? ''), outcome.range);
  return { ...now, path, rawPath, range: outcome.range, sought, tree: end.tree };
}

/** What became of the code; of a comment that points at none that was there then, of its whole file. */
async function whatHappened(
  cwd: string,
  { status, oldBlob, blob }: DiffFile,
  { sent, sought }: KeptComment,
): Promise<Outcome | null> {
  if (status === 'deleted' || status === 'type-changed') {
    return { before: sought.quote, after: [], range: null };
  }
  const changes = await lineChanges(cwd, oldBlob, blob);
  if (sent?.range) return outcomeOf(changes, sent.range);
  if (changes.length === 0) return null;
  return { ...told(changes), range: null };
}

function fileOf({ path, rawPath }: FilePlace, files: readonly DiffFile[]): DiffFile | undefined {
  return files.find((one) => (rawPath ? one.rawPath === rawPath : nameBefore(one) === path));
}

function nameBefore({ path, oldPath, status }: DiffFile): string {
  return status === 'renamed' ? (oldPath ?? path) : path;
}

function shortened(lines: readonly string[]): string[] {
  if (lines.length <= mostTold) return [...lines];
  return [...lines.slice(0, mostTold - 1), `… ${lines.length - mostTold + 1} more lines`];
}
