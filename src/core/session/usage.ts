// Adds up what the agents' requests to their models took: for each session, and for its last turn.
import { z } from 'zod';
import type { Usage } from '../agents/event.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Said, Saying } from './said.ts';
import type { Table } from './table.ts';

const spentSchema = z.object({
  input: z.number().describe('Tokens that were sent and not read from a cache'),
  output: z.number(),
  cached: z.number().describe('Tokens that were read from a cache'),
  cost: z.number().nullable().describe("In US dollars; null where the agent doesn't say"),
});

export const usageSchema = z.object({
  turn: spentSchema.describe('The turn in progress, else the last one'),
  total: spentSchema,
});

/** At most so often, in ms, a session's sums are announced anew. */
const pauseMs = 250;
/** More requests than an event's file can outlive. */
const longestCounted = 50;
/** The kernel dates files by a clock that may be this much, in ms, behind the one we read. */
const coarseMs = 10;

interface Book {
  /** What was known before this daemon and is not said again. */
  before: Usage;
  /** Requests that are in it. */
  known: ReadonlySet<string>;
  /** By the request's id, so that what is said again replaces what was said. */
  requests: Map<string, { at: number; usage: Usage }>;
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
    const since = (table.get(id).heard?.since ?? 0) - coarseMs;
    const all = [...book.requests.values()];
    const turn = all.filter(({ at }) => at >= since).map(({ usage }) => usage);
    const total = [book.before, ...all.map(({ usage }) => usage)];
    void table.note(id, { usage: { turn: sum(turn), total: sum(total) } });
  };

  /** A conversation's record is read again from its beginning after a restart; other events are not. */
  const bookOf = ({ id, source }: Saying): Book => {
    const known = books.get(id);
    if (known) return known;
    const kept = source === 'spool' ? table.get(id).usage?.total : null;
    const book = {
      before: kept ?? sum([]),
      known: new Set(kept ? table.get(id).counted : []),
      requests: new Map(),
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
    stop() {
      forget();
      for (const { timer } of books.values()) timer?.cancel();
    },
  };
}

/** The cost is that of the requests whose cost is known. */
function sum(all: Usage[]): Usage {
  const add = (key: 'input' | 'output' | 'cached') => all.reduce((to, one) => to + one[key], 0);
  const costs = all.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  const cost = costs.length === 0 ? null : costs.reduce((a, b) => a + b, 0);
  return { input: add('input'), output: add('output'), cached: add('cached'), cost };
}
