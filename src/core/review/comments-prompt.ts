// What an agent is told of comments: one prompt for all of them.
import type { Comment } from './comment.ts';

/** Of longer quotes the agent sees both ends; it can read the rest where it is. */
const mostQuoted = 12;

const heading =
  'Review comments on your changes. Address each of them; line numbers are those of the files as they are now.';

/** One prompt from all of the comments, in the order of the files. `note` is the person's word for them all. */
export function commentsPrompt(comments: readonly Comment[], note = ''): string {
  const ordered = [...comments].sort(
    (a, b) => compare(a.path, b.path) || a.range.start - b.range.start || compare(a.id, b.id),
  );
  const parts = ordered.map((comment, index) => `${index + 1}. ${told(comment)}`);
  return [heading, note.trim(), ...parts].filter(Boolean).join('\n\n');
}

function told(comment: Comment): string {
  const quoted = shortened(comment.quote).map((line) => `> ${line}`.trimEnd());
  return [`${placeOf(comment)}${remark(comment)}`, ...quoted, comment.body.trim()].join('\n');
}

/** `src/a.ts:3-5` */
export function placeOf({ path, range: { start, end } }: Pick<Comment, 'path' | 'range'>): string {
  return start === end ? `${path}:${start}` : `${path}:${start}-${end}`;
}

function remark({ side, anchor }: Comment): string {
  if (side === 'old') return ' (as it was before your changes)';
  return anchor === 'gone' ? ' (these lines have changed since, or are gone)' : '';
}

function shortened(quote: readonly string[]): string[] {
  if (quote.length <= mostQuoted) return [...quote];
  const half = mostQuoted / 2;
  return [...quote.slice(0, half), `… ${quote.length - 2 * half} lines …`, ...quote.slice(-half)];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
