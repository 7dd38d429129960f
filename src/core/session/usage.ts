// Adds up what the agents' requests to their models took: for each session, and for its last turn.
import type { Usage } from '../agents/event.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Said, Saying, Source } from './said.ts';
import type { Spent } from './spent.ts';
import type { Table } from './table.ts';

/** At most so often, in ms, a session's sums are announced anew. */
const pauseMs = 250;
/** More requests than an event's file can outlive. */
const longestCounted = 50;
/** The kernel dates files by a clock that may be this much, in ms, behind the one we read. */
const coarseMs = 10;

interface Book {
  source: Source;
  /** What was known before this daemon and is not said again. */
  before: Usage;
  /** Requests that are in it. */
  known: ReadonlySet<string>;
  /** By the request's id, so that what is said again replaces what was said. */
  requests: Map<string, { at: number; usage: Usage }>;
  /** What was known when this book was opened, and when the turn began that was the present one then. */
  opened: { since: number | null; turn: Usage; total: Usage };
  /** Until then nothing is announced. */
  timer: Timer | null;
  isStale: boolean;
}

/**
 * Listens to `said`, and keeps the sums in the table. They are written for their own sake only where the
 * event is gone afterwards: a conversation's record can be read again.
 */
export function createUsage({ said, table, clock }: { said: Said; table: Table; clock: Clock }) {
  const books = new Map<string, Book>();

  const announce = (id: string, book: Book) => {
    if (!table.has(id)) return void books.delete(id);
    book.isStale = book.timer !== null;
    if (book.isStale) return;
    book.timer = clock.after(pauseMs, () => {
      book.timer = null;
      if (book.isStale) announce(id, book);
    });
    reckon(id, book);
  };
  const reckon = (id: string, book: Book) => {
    const { turnAt } = table.get(id);
    const turn = turnAt === null ? book.opened.turn : sumOf(book, turnAt);
    const all = [...book.requests.values()].map(({ usage }) => usage);
    // What was spent stays spent: a record is yet to be read to where it was read before.
    const total = most(book.opened.total, sum([book.before, ...all]));
    void table.note(id, { usage: { turn, total } });
  };

  /** A conversation's record is read again from its beginning after a restart; other events are not. */
  const bookOf = ({ id, source }: Saying): Book => {
    const known = books.get(id);
    if (known) return known;
    const { usage, turnAt, counted } = table.get(id);
    const { turn, total } = usage ?? { turn: nothing, total: nothing };
    const isGone = source === 'spool' && usage !== null;
    const book = {
      source,
      before: isGone ? total : nothing,
      known: new Set(isGone ? counted : []),
      requests: new Map(),
      opened: { since: turnAt, turn, total },
      timer: null,
      isStale: false,
    };
    books.set(id, book);
    return book;
  };

  const forget = said.listen(async (saying) => {
    const { id, event, source } = saying;
    if (!table.has(id)) return;
    if (event.kind === 'usage') {
      const book = bookOf(saying);
      if (book.known.has(event.id)) return;
      book.requests.set(event.id, { at: event.at, usage: event.usage });
      if (source === 'record') return announce(id, book);
      reckon(id, book);
      const counted = [...new Set([...table.get(id).counted, event.id])].slice(-longestCounted);
      void table.note(id, { counted });
      return await table.keep(id);
    }
    const book = books.get(id);
    if (event.kind === 'turn-started' && book) announce(id, book);
  });

  return {
    /**
     * What the turn took that began at `since` and was over when the next one began, at `until`, both in ms since
     * 1970; as it is known by now, though it isn't announced yet. Null where the agent has not said.
     */
    ofTurn(id: string, since: number, until = Number.POSITIVE_INFINITY): Usage | null {
      const book = books.get(id);
      if (book) return sumOf(book, since, until);
      const { usage, turnAt } = table.has(id) ? table.get(id) : { usage: null, turnAt: null };
      return usage && turnAt === since ? usage.turn : null;
    },
    stop() {
      forget();
      for (const { timer } of books.values()) timer?.cancel();
    },
  };
}

/** The sums when another turn begins, which has taken nothing yet. */
export function withNewTurn(usage: Spent | null): Spent | null {
  return usage && { ...usage, turn: nothing };
}

function sumOf({ source, requests, opened }: Book, since: number, until = Infinity): Usage {
  const all = [...requests.values()];
  const isOfTurn = ({ at }: { at: number }) => at >= since - coarseMs && at < until - coarseMs;
  const told = sum(all.filter(isOfTurn).map(({ usage }) => usage));
  if (opened.since !== since) return told;
  // The turn goes on that was the present one when the book was opened.
  if (source === 'spool') return sum([opened.turn, told]);
  const timeless = all.filter(({ at }) => at === 0).map(({ usage }) => usage);
  if (timeless.length === 0) return most(opened.turn, told);
  // A record that tells no times, read again, doesn't say which of it was this turn's: what was known to be, and
  // what was written while nobody read.
  return sum([opened.turn, beyond(sum(timeless), opened.total), told]);
}

const nothing: Usage = { input: 0, output: 0, cached: 0, cost: null };

/** The cost is that of the requests whose cost is known. */
function sum(all: Usage[]): Usage {
  const add = (key: 'input' | 'output' | 'cached') => all.reduce((to, one) => to + one[key], 0);
  const costs = all.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  const cost = costs.length === 0 ? null : costs.reduce((a, b) => a + b, 0);
  return { input: add('input'), output: add('output'), cached: add('cached'), cost };
}

function most(a: Usage, b: Usage): Usage {
  const cost = a.cost === null || b.cost === null ? (a.cost ?? b.cost) : Math.max(a.cost, b.cost);
  const [input, output] = [Math.max(a.input, b.input), Math.max(a.output, b.output)];
  return { input, output, cached: Math.max(a.cached, b.cached), cost };
}

/** What `all` has more than `part`. */
function beyond(all: Usage, part: Usage): Usage {
  const { input, output, cached, cost } = most(all, part);
  return {
    input: input - part.input,
    output: output - part.output,
    cached: cached - part.cached,
    cost: cost === null || all.cost === null ? null : cost - (part.cost ?? 0),
  };
}
