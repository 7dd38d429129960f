// Sends a session's open comments to its agent as one prompt, at once or by the queue.
import { TempestError } from '../errors.ts';
import type { Comment, KeptComment } from '../review/comment.ts';
import { commentsPrompt } from '../review/comments-prompt.ts';
import type { ChangeCounter } from './changes.ts';
import { placeIn } from './comment-answers.ts';
import type { Comments } from './comments.ts';
import type { Deps } from './deps.ts';
import type { Sessions } from './sessions.ts';
import type { Confirmed } from './taken.ts';

export interface SentReview {
  /** The prompt. */
  text: string;
  /** The ids of its comments. */
  comments: string[];
  confirmed: Confirmed;
  queued: boolean;
}

export interface ReviewSending {
  /**
   * Comments are `sent` once the agent has taken them; whatever fails leaves them open. Throws `wrong-state`
   * when there are none, and while the agent is at work, unless they are to wait in the queue.
   */
  send(id: string, o: { note?: string | undefined; queue: boolean }): Promise<SentReview>;
  /** The session has changed: what waited in its queue may have gone out. Cheap to call often. */
  look(id: string): void;
}

/** What is on its way: since when, and how the files were then. */
interface Leaving {
  /** Of the queue; null: it was sent at once. */
  item: string | null;
  at: number;
  tree: Promise<string | null>;
}

export function createReviewSending(
  deps: Pick<Deps, 'table' | 'now' | 'log'>,
  changes: Pick<ChangeCounter, 'count'>,
  sessions: Pick<Sessions, 'send' | 'enqueue'>,
  comments: Comments,
): ReviewSending {
  const sending = new Set<string>();
  /** Items seen on their way, by session, with the snapshot of what they were sent about. */
  const leaving = new Map<string, Leaving>();
  const leave = (id: string, item: string | null): Leaving => {
    const counted = changes.count(id).catch(() => null);
    return { item, at: deps.now(), tree: counted.then((found) => found?.tree ?? null) };
  };

  const markSent = async (id: string, left: Leaving, listed: readonly Comment[]) => {
    const { at } = left;
    const tree = await left.tree;
    const { repo } = deps.table.get(id);
    await comments.change(id, async (kept) => {
      const comment = listed.find((one) => one.id === kept.id);
      // Changed or resolved meanwhile: the agent has another text.
      if (!comment || kept.body !== comment.body || kept.status !== 'open') return null;
      // What git has collected can't be looked at any more.
      const nowhere = { path: comment.path, rawPath: comment.rawPath, range: null };
      const place = await placeIn(repo, comment, tree).catch(() => nowhere);
      const sent = { ...place, at, tree };
      return { ...kept, status: 'sent' as const, queued: null, sent };
    });
    // A short turn may be over by now.
    await comments.turnEnded(id);
  };

  const sendNow = async (id: string, o: { note?: string | undefined; queue: boolean }) => {
    const open = (await comments.list(id)).filter(isToSend);
    if (open.length === 0) throw nothingToSend();
    const text = commentsPrompt(open, o.note);
    const ids = open.map((comment) => comment.id);
    if (o.queue) {
      const { items } = await sessions.enqueue({ session: id }, { text });
      const item = items.at(-1)?.id ?? null;
      await comments.change(id, (kept) =>
        ids.includes(kept.id) ? { ...kept, queued: item } : null,
      );
      await look(id);
      return { text, comments: ids, confirmed: null, queued: true };
    }
    refuseAtWork(deps, id);
    const left = leave(id, null);
    await left.tree;
    const { confirmed } = await sessions.send({ session: id }, text, { submit: true });
    await markSent(id, left, open);
    return { text, comments: ids, confirmed, queued: false };
  };

  const look = async (id: string): Promise<void> => {
    const kept = await comments.kept(id);
    if (!deps.table.has(id)) return;
    const waiting = kept.filter(({ queued }) => queued !== null);
    if (waiting.length === 0) return void leaving.delete(id);
    const { items } = deps.table.get(id).queue;
    const going = items.find(({ sentAt }) => sentAt !== null);
    const isOurs = going && waiting.some(({ queued }) => queued === going.id);
    if (isOurs && leaving.get(id)?.item !== going.id) {
      leaving.set(id, leave(id, going.id));
    }
    if (waiting.some(({ queued }) => !items.some((item) => item.id === queued))) await settle(id);
  };
  /** Items that are gone were sent, if they were seen on their way; else somebody has taken them out. */
  const settle = async (id: string) => {
    const left = leaving.get(id);
    const there = deps.table.get(id).queue.items.map((item) => item.id);
    const isGone = ({ queued }: KeptComment) => queued !== null && !there.includes(queued);
    const listed = (await comments.list(id)).filter(({ queued }) => queued === left?.item);
    if (left?.item && !there.includes(left.item)) await markSent(id, left, listed);
    await comments.change(id, (kept) => (isGone(kept) ? { ...kept, queued: null } : null));
  };

  return {
    async send(id, o) {
      if (sending.has(id)) {
        const hint = 'Wait a moment.';
        throw new TempestError('wrong-state', 'the comments are being sent already', hint);
      }
      sending.add(id);
      return await sendNow(id, o).finally(() => sending.delete(id));
    },
    look(id) {
      look(id).catch((error) => deps.log(`the comments in the queue of ${id}: ${error}`));
    },
  };
}

function isToSend({ status, queued }: Comment): boolean {
  return status === 'open' && queued === null;
}

function nothingToSend(): TempestError {
  return new TempestError(
    'wrong-state',
    'there is no open comment to send',
    'Write one: `tempest comment`, `:TempestComment`.',
  );
}

/** In the middle of a turn they would be read as a part of what goes on. */
function refuseAtWork(deps: Pick<Deps, 'table'>, id: string): void {
  const { name, status } = deps.table.get(id);
  if (status !== 'working') return;
  throw new TempestError(
    'wrong-state',
    `${name} is working`,
    'Let the review wait for the end of the turn: `tempest send-review --queue`, `:TempestSendReview!`.',
  );
}
