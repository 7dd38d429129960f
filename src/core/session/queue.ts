// The prompts that wait for a session's agent: what they are, and the moves that can be made with them.
import { z } from 'zod';
import { TempestError } from '../errors.ts';

export const holdSchema = z.object({
  why: z
    .enum(['person', 'interrupted', 'problem', 'silent', 'ended', 'not-taken', 'unknown'])
    .describe(
      'By the person, or by itself: the last turn was interrupted, ended with a problem, ended without a clear word of the agent, or with the agent; the last item was not taken, or nobody knows whether it was',
    ),
  text: z.string().describe('The same for people'),
});
export type Hold = z.infer<typeof holdSchema>;

export const queueItemSchema = z.object({
  id: z.string().describe('Unique in its queue, never used again there'),
  text: z.string(),
  held: z.boolean().describe('It stays; those after it go out'),
  sending: z.boolean().describe('It is on its way to the agent'),
  addedAt: z.number(),
});

export const queueSchema = z.object({
  hold: holdSchema.nullable().describe('Why nothing goes out; null when it does'),
  items: z.array(queueItemSchema),
});
export type Queue = z.infer<typeof queueSchema>;

/** As it is kept. */
export const keptQueueSchema = z.object({
  hold: holdSchema.nullable(),
  items: z.array(
    queueItemSchema.omit({ sending: true }).extend({
      /** Since when, in ms since 1970, it is on its way; null: it isn't. */
      sentAt: z.number().nullable(),
    }),
  ),
  /** For the next item's id. */
  count: z.number().int(),
  /** `statusAt` of the end of a turn for which the queue has held itself, so that it does so once. */
  heldAt: z.number(),
});
export type KeptQueue = z.infer<typeof keptQueueSchema>;

export const emptyQueue: KeptQueue = { hold: null, items: [], count: 0, heldAt: 0 };

/** What clients see of it. */
export function shown({ hold, items }: KeptQueue): Queue {
  return {
    hold,
    items: items.map(({ sentAt, ...item }) => ({ ...item, sending: sentAt !== null })),
  };
}

/** How many there are, and how many go out by themselves. */
export function countsOf({ hold, items }: KeptQueue) {
  const going = hold ? 0 : items.filter(({ held }) => !held).length;
  return { count: items.length, going, hold };
}

/** Throws `wrong-state` for a session that has no agent but a command: nobody knows what that does with a text. */
export function needAgent({ command }: { command: readonly string[] | null }): void {
  if (!command) return;
  throw new TempestError(
    'wrong-state',
    'this session runs a command of its own, of which nobody knows when a turn is over',
    'Send to it directly.',
  );
}

/** Adds a text before the item at `at` (from 0), or at the end. `now` in ms since 1970. */
export function add(
  queue: KeptQueue,
  { text, held = false, at }: { text: string; held?: boolean; at?: number | undefined },
  now: number,
): KeptQueue {
  const count = queue.count + 1;
  const item = { id: String(count), text, held, sentAt: null, addedAt: now };
  return { ...queue, count, items: queue.items.toSpliced(at ?? queue.items.length, 0, item) };
}

/** Throws `unknown-item`, and `wrong-state` for one that is on its way. */
export function edit(queue: KeptQueue, id: string, text: string): KeptQueue {
  const found = waiting(queue, id);
  return replace(queue, { ...found, text });
}

/** Puts an item where `to` is (from 0). Throws as `edit`. */
export function move(queue: KeptQueue, id: string, to: number): KeptQueue {
  const found = waiting(queue, id);
  const others = queue.items.filter((item) => item !== found);
  return { ...queue, items: others.toSpliced(to, 0, found) };
}

/** Throws `unknown-item`. One that is on its way is only forgotten. */
export function remove(queue: KeptQueue, id: string): KeptQueue {
  const found = itemOf(queue, id);
  return { ...queue, items: queue.items.filter((item) => item !== found) };
}

/** Keeps one item back, or lets it go. Throws as `edit`. */
export function holdItem(queue: KeptQueue, id: string, held: boolean): KeptQueue {
  return replace(queue, { ...waiting(queue, id), held });
}

/** Keeps all back; null lets them go. */
export function hold(queue: KeptQueue, why: Hold | null): KeptQueue {
  return { ...queue, hold: why };
}

/** The item whose turn it is; null when none may go, or one is on its way. */
export function next({ hold, items }: KeptQueue): KeptQueue['items'][number] | null {
  if (hold || items.some(({ sentAt }) => sentAt !== null)) return null;
  return items.find(({ held }) => !held) ?? null;
}

export function onItsWay(queue: KeptQueue): KeptQueue['items'][number] | null {
  return queue.items.find(({ sentAt }) => sentAt !== null) ?? null;
}

/** To be kept before the first key is sent: whoever finds it after a crash doesn't send it again. */
export function begin(queue: KeptQueue, id: string, now: number): KeptQueue {
  return replace(queue, { ...waiting(queue, id), sentAt: now });
}

/** It was taken. Nothing, if it is not there any more. */
export function done(queue: KeptQueue, id: string): KeptQueue {
  return { ...queue, items: queue.items.filter((item) => item.id !== id) };
}

/** It was not taken, or that can't be known: it stays, and so do all, until the person has looked. */
export function putBack(queue: KeptQueue, id: string, why: Hold): KeptQueue {
  const items = queue.items.map((item) => (item.id === id ? { ...item, sentAt: null } : item));
  return { ...queue, items, hold: why };
}

function itemOf(queue: KeptQueue, id: string): KeptQueue['items'][number] {
  const found = queue.items.find((item) => item.id === id);
  if (found) return found;
  throw new TempestError(
    'unknown-item',
    `no item ${JSON.stringify(id)} is in this queue`,
    'It may have been sent: look at the queue again.',
  );
}

function waiting(queue: KeptQueue, id: string): KeptQueue['items'][number] {
  const found = itemOf(queue, id);
  if (found.sentAt === null) return found;
  throw new TempestError('wrong-state', 'this item is being sent', 'Look at the queue again.');
}

function replace(queue: KeptQueue, changed: KeptQueue['items'][number]): KeptQueue {
  return {
    ...queue,
    items: queue.items.map((item) => (item.id === changed.id ? changed : item)),
  };
}
