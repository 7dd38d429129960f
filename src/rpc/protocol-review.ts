// The methods that show what sessions changed, turn by turn, and take it back.
import { z } from 'zod';
import { longestPage } from '../core/review/patch.ts';
import {
  checkpointSchema,
  compared,
  diffSchema,
  env,
  hunkSchema,
  objectId,
  optionalSize,
  outlookSchema,
  patchPageSchema,
  path,
  rawPath,
  which,
  within,
} from './shapes.ts';

const fileName = {
  path: z.string(),
  rawPath: rawPath.nullish().describe('As in the diff; wins over path'),
};

export const reviewRequests = {
  'session/diff': {
    summary:
      'The files that differ, by default between the merge-base and the worktree as it is now.',
    params: z.object({
      ...which,
      ...compared,
      limit: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe('So many files at most, and no more than a message carries; without it, all'),
      page: patchPageSchema.optional().describe('The `next` of the page before'),
      known: z
        .boolean()
        .optional()
        .describe(
          'The worktree as it was last counted, without a look at it: at once, in a large repository, too; ask again without it for what is there now',
        ),
    }),
    result: diffSchema,
  },
  'session/patch': {
    summary: 'The same difference in the words of `git diff`, a page at a time.',
    params: z.object({
      ...which,
      ...compared,
      format: z.enum(['patch', 'stat', 'name-only']).default('patch'),
      paths: z.array(within).default([]).describe('Only these, from the top of the worktree'),
      color: z.boolean().default(false),
      binary: z.boolean().default(true).describe('Whole binary files, as `git apply` needs them'),
      cols: z.number().int().min(2).max(1000).optional().describe('How wide a stat may be'),
      limit: z
        .number()
        .int()
        .min(1)
        .max(longestPage)
        .optional()
        .describe('The longest page in bytes; default: 8 MiB'),
      page: patchPageSchema.optional().describe('The `next` of the page before'),
    }),
    result: z.object({
      base: z.string(),
      tree: z.string(),
      data: z.string().describe('Base64, since a patch carries the exact bytes of files'),
      next: patchPageSchema.nullable().describe('Null on the last page'),
    }),
  },
  'session/file': {
    summary: 'One side of one file of a diff, as text, by pages where that is asked for.',
    params: z.object({
      ...which,
      rev: objectId.describe('A commit or tree that session/diff gave, by its whole id'),
      ...fileName,
      offset: z
        .number()
        .int()
        .nonnegative()
        .optional()
        .describe('0, or the `next` of the page before; without it all of it, or `too-large`'),
    }),
    result: z.object({
      text: z
        .string()
        .nullable()
        .describe('Null when the file is not there; bytes that are not UTF-8 are replaced'),
      binary: z.boolean().describe('The text is only its name and size'),
      size: z.number().int().describe('Of the whole file, in bytes'),
      next: z.number().int().nullable().describe('In bytes; null on the last page'),
    }),
  },
  'review/hunks': {
    summary:
      'The hunks of one file without context, as `git diff -U0` counts them, a page at a time.',
    params: z.object({
      ...which,
      ...compared,
      ...fileName,
      page: patchPageSchema
        .optional()
        .describe('The `next` of the page before, or the two sides that session/diff gave'),
    }),
    result: z.object({
      base: z.string(),
      tree: z.string(),
      hunks: z.array(hunkSchema).describe('From the top; none where git shows no lines'),
      next: patchPageSchema.nullable().describe('Null on the last page'),
    }),
  },
  'review/view': {
    summary: 'Marks a file as viewed with the content that was looked at, or takes the mark away.',
    params: z.object({
      ...which,
      ...fileName,
      blob: objectId.describe('As in the diff'),
      viewed: z.boolean(),
    }),
    result: z.null(),
  },
  'review/accept': {
    summary: 'Marks hunks as accepted, or takes the marks away; no file changes.',
    params: z.object({
      ...which,
      hunks: z.array(z.string().min(1).max(64)).max(50_000).describe('Their ids'),
      accepted: z.boolean(),
    }),
    result: z.null(),
  },
  'checkpoint/list': {
    summary:
      "Snapshots that were kept at the end of the session's turns, or before work was moved, the oldest first.",
    params: z.object(which),
    result: z.object({ checkpoints: z.array(checkpointSchema) }),
  },
  'checkpoint/keep': {
    summary:
      'Before hunks of a file are rejected: keeps a snapshot as a checkpoint, or gives the last one where that has the file so.',
    params: z.object({
      ...which,
      tree: objectId.describe('Of `session/diff`: what is there now'),
      ...fileName,
    }),
    result: checkpointSchema,
  },
  'checkpoint/rewind': {
    summary:
      'Puts the files of the worktree, and the conversation, back to a checkpoint; gives the one that keeps what was.',
    params: z.object({
      ...which,
      env,
      ...optionalSize,
      number: z.number().int(),
      conversation: z
        .boolean()
        .default(true)
        .describe('The conversation, too, where the agent can; one that runs is started again'),
    }),
    result: checkpointSchema.extend({
      conversationToo: z.boolean().describe('Whether the conversation has gone back, too'),
    }),
  },
  'conflict/list': {
    summary:
      'Which sessions of a repository would conflict with each other or with their base, uncommitted work included, landed work left out.',
    params: z.object({ repo: path.describe('Any path in the repository') }),
    result: z.object(outlookSchema),
  },
} as const;
