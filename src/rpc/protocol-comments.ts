// The methods about comments on a session's code, as part of the protocol: see protocol.ts.
import { z } from 'zod';
import { commentSchema, rangeSchema, sides } from '../core/review/comment.ts';
import { objectId, rawPath, which, within } from './shapes.ts';

const comment = z.string().min(1).describe("A comment's id");
const body = z.string().trim().min(1);

export const commentRequests = {
  'comment/add': {
    summary: "Comments on lines of one of the session's files.",
    params: z.object({
      ...which,
      path: within.describe('From the top of the worktree'),
      rawPath: rawPath.nullish().describe('As in the diff; wins over path'),
      range: rangeSchema,
      side: z.enum(sides).default('new'),
      rev: objectId.optional().describe('Of the left side, as session/diff gave it'),
      quote: z
        .array(z.string())
        .min(1)
        .max(10_000)
        .optional()
        .describe('The lines as the person sees them; default: as they are in the file'),
      body,
    }),
    result: commentSchema,
  },
  'comment/list': {
    summary: "A session's comments, each where its code is now.",
    params: z.object(which),
    result: z.object({ comments: z.array(commentSchema) }),
  },
  'comment/edit': {
    summary: 'Changes the text; the comment is open again.',
    params: z.object({ ...which, comment, body }),
    result: commentSchema,
  },
  'comment/resolve': {
    summary: 'Resolves a comment, or opens it again.',
    params: z.object({ ...which, comment, resolved: z.boolean().default(true) }),
    result: commentSchema,
  },
  'comment/remove': {
    summary: 'Removes a comment for good.',
    params: z.object({ ...which, comment }),
    result: z.null(),
  },
  'review/send': {
    summary:
      'Sends all open comments to the agent as one prompt; they are `sent` when it has taken them.',
    params: z.object({
      ...which,
      note: z.string().optional().describe('Put before the comments'),
      queue: z
        .boolean()
        .default(false)
        .describe('Adds the prompt to the queue; otherwise an agent at work is a reason to refuse'),
    }),
    result: z.object({
      text: z.string().describe('The prompt'),
      comments: z.array(z.string()).describe('The ids of those in it'),
      confirmed: z
        .enum(['event', 'screen'])
        .nullable()
        .describe('As of session/send; null when it waits in the queue'),
      queued: z.boolean(),
    }),
  },
} as const;
