// The methods about messages, as part of the protocol: see protocol.ts.
import { z } from 'zod';
import { queueSchema } from '../core/session/queue.ts';
import { sessionSchema } from '../core/session/session.ts';
import { errorDataSchema, path, which } from './shapes.ts';

const confirmed = z
  .enum(['event', 'screen'])
  .nullable()
  .describe(
    "How it is known that the agent took the prompt: by its own word, or, where it has none, from the screen; null when it wasn't submitted",
  );

const outcome = z.object({
  session: z.string().describe('As it was named'),
  id: z.string().nullable().describe('Null when there is no such session'),
  confirmed,
  queued: z.boolean(),
  error: errorDataSchema.extend({ message: z.string() }).nullable(),
});

const item = z.string().min(1).describe("An item's id");
const text = z.string().min(1);
const place = z.number().int().nonnegative();

export const messageRequests = {
  'session/send': {
    summary: 'Pastes text into the agent and submits it; `not-taken` if the agent did not take it.',
    params: z.object({ ...which, text: z.string(), submit: z.boolean().default(true) }),
    result: sessionSchema.extend({ confirmed }),
  },
  'message/broadcast': {
    summary: 'The same for several sessions at once, each with its own outcome.',
    params: z.object({
      sessions: z.array(z.string().min(1)).min(1),
      repo: path.optional(),
      text,
      submit: z.boolean().default(true),
      queue: z.boolean().default(false).describe('Adds to their queues instead'),
    }),
    result: z.object({ outcomes: z.array(outcome) }),
  },
  'queue/list': {
    summary: 'The prompts that wait for a session: one is sent whenever a turn is over.',
    params: z.object(which),
    result: queueSchema,
  },
  'queue/add': {
    summary: 'Adds a prompt; it is sent at once where the agent has nothing to do.',
    params: z.object({
      ...which,
      text,
      at: place.optional().describe('Its place, from 0; default: the end'),
      held: z.boolean().default(false).describe('Adds it and keeps it back'),
    }),
    result: queueSchema,
  },
  'queue/edit': {
    summary: 'Changes the text of a prompt that waits.',
    params: z.object({ ...which, item, text }),
    result: queueSchema,
  },
  'queue/move': {
    summary: 'Moves a prompt that waits to another place.',
    params: z.object({ ...which, item, to: place.describe('From 0') }),
    result: queueSchema,
  },
  'queue/remove': {
    summary: 'Removes a prompt that waits.',
    params: z.object({ ...which, item }),
    result: queueSchema,
  },
  'queue/hold': {
    summary: 'Keeps one prompt back, or without `item` all of them; or lets them go.',
    params: z.object({ ...which, item: item.optional(), held: z.boolean() }),
    result: queueSchema,
  },
} as const;
