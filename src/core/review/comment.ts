// A comment of the person on lines of a session's files: what is kept of it, and what clients see.
import { z } from 'zod';

export const sides = ['new', 'old'] as const;
export const commentStatuses = ['open', 'sent', 'answered', 'resolved'] as const;
export const anchors = ['exact', 'moved', 'gone'] as const;

export const rangeSchema = z
  .object({ start: z.number().int().min(1), end: z.number().int().min(1) })
  .refine(({ start, end }) => start <= end, 'the range ends before it starts')
  .describe('Lines, from 1, both ends included');
export type Range = z.infer<typeof rangeSchema>;

const lines = z.array(z.string());

const answerSchema = z.object({
  at: z.number().describe('When the turn was over, in ms since 1970'),
  checkpoint: z.number().int().describe('That was taken then'),
  before: lines.describe('What the turn took away there, cut when it is long'),
  after: lines.describe('What it put in its place'),
});

const place = {
  path: z.string().min(1).describe('From the top of the worktree; follows a rename'),
  rawPath: z.string().nullable().describe('Base64 of its exact bytes, only when it is not UTF-8'),
  range: rangeSchema,
};

/** What clients see. */
export const commentSchema = z.object({
  id: z.string().describe('Unique in its session, never used again there'),
  ...place,
  side: z.enum(sides).describe('`old`: on the left side of a diff, on code that was there before'),
  rev: z.string().nullable().describe('Commit or tree of the left side it was written on'),
  anchor: z.enum(anchors).describe('`gone`: the range is where the code was last seen'),
  quote: lines.describe('The code that it was written on'),
  body: z.string(),
  status: z
    .enum(commentStatuses)
    .describe('`answered`: a turn that ended since it was sent changed the code there'),
  queued: z.string().nullable().describe('The item of the queue in which it waits to be sent'),
  createdAt: z.number(),
  sentAt: z.number().nullable(),
  answer: answerSchema.nullable(),
});
export type Comment = z.infer<typeof commentSchema>;

/** By what the code is found again. */
const anchorSchema = z.object({ quote: lines, before: lines, after: lines });
export type Anchor = z.infer<typeof anchorSchema>;

/** As it is kept. */
export const keptCommentSchema = commentSchema.omit({ anchor: true, sentAt: true }).extend({
  /** Where it was written. */
  written: z.object(place),
  sought: anchorSchema,
  /** A snapshot in which the file has this path; null: none was taken. */
  tree: z.string().nullable(),
  /** What the agent was told, and of which files. `range` is null where nothing was there to point at. */
  sent: z
    .object({
      ...place,
      range: rangeSchema.nullable(),
      at: z.number(),
      tree: z.string().nullable(),
    })
    .nullable(),
});
export type KeptComment = z.infer<typeof keptCommentSchema>;

export const keptCommentsSchema = z.object({
  /** For the next one's id. */
  count: z.number().int(),
  comments: z.array(keptCommentSchema),
});
export type KeptComments = z.infer<typeof keptCommentsSchema>;

export const noComments: KeptComments = { count: 0, comments: [] };

/** What clients see of a comment whose code was found, or was not. */
export function toComment(
  { written, sought: _, tree: __, sent, ...comment }: KeptComment,
  found: boolean,
): Comment {
  const isThere = written.path === comment.path && written.range.start === comment.range.start;
  const anchor = found ? (isThere ? 'exact' : 'moved') : 'gone';
  return { ...comment, anchor, sentAt: sent?.at ?? null };
}
