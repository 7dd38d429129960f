// The comments of each session: kept by the daemon, found again in code that moves, sent as one prompt.
import { TempestError } from '../errors.ts';
import { anchorAt, linesOf } from '../review/anchor.ts';
import {
  type Comment,
  type KeptComment,
  type KeptComments,
  type Range,
  toComment,
} from '../review/comment.ts';
import { fileAt } from '../review/diff.ts';
import { bytesOf, checkPlace, type FilePlace, worktreeLines } from '../review/worktree-file.ts';
import type { ChangeCounter } from './changes.ts';
import { answered, type TurnEnd } from './comment-answers.ts';
import { findComments } from './comment-finding.ts';
import type { Deps } from './deps.ts';
import { createGuard } from './guard.ts';

export interface NewComment extends FilePlace {
  range: Range;
  side: Comment['side'];
  rev: string | null;
  /** The code as the person sees it; null: as it is in the file. */
  quote: string[] | null;
  body: string;
}

export interface Comments {
  /** Throws `bad-request` when there is no such range, `io-failed` when it can't be kept. */
  add(id: string, comment: NewComment): Promise<Comment>;
  /** Each where it is now; in the order in which they were written. */
  list(id: string): Promise<Comment[]>;
  /** A changed text is one that the agent hasn't seen: the comment is open again. Throws `unknown-comment`. */
  edit(id: string, comment: string, body: string): Promise<Comment>;
  /** Resolves it, or opens it again. */
  resolve(id: string, comment: string, resolved: boolean): Promise<Comment>;
  remove(id: string, comment: string): Promise<void>;
  /** Waits for what is under way, then changes some; gives those that were changed. For `review.ts`. */
  change(
    id: string,
    each: (comment: KeptComment) => KeptComment | null | Promise<KeptComment | null>,
  ): Promise<KeptComment[]>;
  /** As they are kept. */
  kept(id: string): Promise<readonly KeptComment[]>;
  /** A turn is over: what it changed are answers. Without `end`: looks at the last one again. */
  turnEnded(id: string, end?: TurnEnd): Promise<void>;
}

export function createComments(
  deps: Pick<Deps, 'comments' | 'reviewChanged' | 'table' | 'now' | 'log'>,
  changes: Pick<ChangeCounter, 'count'>,
): Comments {
  const ends = new Map<string, TurnEnd>();
  const oneByOne = createGuard();
  const keptOf = (id: string) => deps.comments.get(id);
  const put = async (id: string, kept: KeptComments) => {
    await deps.comments.change(id, () => kept);
    deps.reviewChanged(id);
  };
  const snapshot = async (id: string) => (await changes.count(id))?.tree ?? null;

  /** Finds all anew, and keeps where they are. */
  const find = async (id: string): Promise<Comment[]> => {
    const { comments, ...kept } = await keptOf(id);
    if (comments.length === 0) return [];
    const { worktree } = deps.table.get(id);
    const found = await findComments(worktree, comments, () => snapshot(id));
    const now = { ...kept, comments: found.map((one) => one.kept) };
    if (JSON.stringify(now.comments) !== JSON.stringify(comments)) {
      // What isn't kept is found again.
      await deps.comments.change(id, () => now).catch((error) => deps.log(String(error)));
    }
    return found.map(({ comment }) => comment);
  };
  const change: Comments['change'] = (id, each) =>
    oneByOne(id, async () => {
      const kept = await keptOf(id);
      const changed: KeptComment[] = [];
      const comments: KeptComment[] = [];
      for (const comment of kept.comments) {
        const now = await each(comment);
        if (now) changed.push(now);
        comments.push(now ?? comment);
      }
      if (changed.length === 0) return [];
      await put(id, { ...kept, comments });
      return changed;
    });
  const changeOne = async (id: string, comment: string, patch: Partial<KeptComment>) => {
    const [changed] = await change(id, (one) => (one.id === comment ? { ...one, ...patch } : null));
    if (!changed) throw unknown(comment);
    const found = (await oneByOne(id, () => find(id))).find((one) => one.id === comment);
    return found ?? toComment(changed, false);
  };

  return {
    add: (id, { range, side, rev, quote, body, ...place }) =>
      oneByOne(id, async () => {
        checkPlace(place);
        const { worktree } = deps.table.get(id);
        const lines = await (side === 'new'
          ? worktreeLines(worktree, place)
          : linesAt(worktree, place, rev));
        const sought = soughtIn(lines, { range, quote, path: place.path });
        const { count, comments, ...kept } = await keptOf(id);
        const comment: KeptComment = {
          id: String(count + 1),
          ...place,
          range,
          side,
          rev,
          quote: sought.quote,
          body,
          status: 'open',
          queued: null,
          createdAt: deps.now(),
          answer: null,
          written: { ...place, range },
          sought,
          tree: side === 'new' ? await snapshot(id) : null,
          sent: null,
        };
        await put(id, { ...kept, count: count + 1, comments: [...comments, comment] });
        return toComment(comment, true);
      }),
    list: (id) => oneByOne(id, () => find(id)),
    edit: (id, comment, body) =>
      changeOne(id, comment, { body, status: 'open', queued: null, answer: null }),
    resolve: (id, comment, resolved) =>
      changeOne(id, comment, { status: resolved ? 'resolved' : 'open', queued: null }),
    remove: (id, comment) =>
      oneByOne(id, async () => {
        const kept = await keptOf(id);
        const comments = kept.comments.filter((one) => one.id !== comment);
        if (comments.length === kept.comments.length) throw unknown(comment);
        await put(id, { ...kept, comments });
      }),
    change,
    kept: async (id) => (await keptOf(id)).comments,
    async turnEnded(id, end = ends.get(id)) {
      if (!end) return;
      ends.set(id, end);
      const { comments } = await keptOf(id);
      if (!comments.some(({ status }) => status === 'sent')) return;
      const { repo } = deps.table.get(id);
      await change(id, (comment) =>
        answered(repo, comment, end).catch((error) => {
          deps.log(`what became of comment ${comment.id} of ${id}: ${error}`);
          return null;
        }),
      );
    },
  };
}

async function linesAt(cwd: string, place: FilePlace, rev: string | null) {
  const bytes = rev === null ? null : await fileAt({ cwd, rev, path: bytesOf(place) });
  return bytes && linesOf(bytes.toString('utf8'));
}

/** What the person saw may not be written yet: then there are no surroundings to go by. */
function soughtIn(
  lines: string[] | null,
  { range, quote, path }: { range: Range; quote: string[] | null; path: string },
) {
  const there = anchorAt(lines ?? [], range);
  const isThere = there.quote.length === range.end - range.start + 1;
  if (quote) {
    const isSame = JSON.stringify(quote) === JSON.stringify(there.quote);
    return isSame ? there : { quote, before: [], after: [] };
  }
  if (isThere) return there;
  throw new TempestError(
    'bad-request',
    lines ? `${path} has ${lines.length} lines` : `${path} is no text file there`,
    'Name lines that are there, or give the code as `quote`.',
  );
}

function unknown(comment: string): TempestError {
  return new TempestError(
    'unknown-comment',
    `there is no comment ${comment}`,
    'See `tempest comments`, `:TempestComments`.',
  );
}
