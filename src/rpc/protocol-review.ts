// The methods that show what sessions changed, turn by turn, and take it back.
import { z } from 'zod';
import {
  checkpointSchema,
  compared,
  conflictSchema,
  diffSchema,
  env,
  objectId,
  optionalSize,
  patchPageSchema,
  path,
  which,
} from './shapes.ts';

export const reviewRequests = {
  'session/diff': {
    summary:
      'The files that differ, by default between the merge-base and the worktree as it is now.',
    params: z.object({ ...which, ...compared }),
    result: diffSchema,
  },
  'session/patch': {
    summary: 'The same difference in the words of `git diff`, a page at a time.',
    params: z.object({
      ...which,
      ...compared,
      format: z.enum(['patch', 'stat', 'name-only']).default('patch'),
      paths: z.array(path).default([]).describe('Only these, from the top of the worktree'),
      color: z.boolean().default(false),
      binary: z.boolean().default(true).describe('Whole binary files, as `git apply` needs them'),
      cols: z.number().int().min(2).max(1000).optional().describe('How wide a stat may be'),
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
    summary: 'One side of one file of a diff.',
    params: z.object({
      ...which,
      rev: objectId.describe('A commit or tree that session/diff gave, by its whole id'),
      path: z.string(),
      rawPath: z.string().nullish().describe('As in the diff; wins over path'),
    }),
    result: z.object({
      text: z
        .string()
        .nullable()
        .describe('Null when the file is not there; bytes that are not UTF-8 are replaced'),
      binary: z.boolean(),
    }),
  },
  'checkpoint/list': {
    summary:
      "Snapshots that were kept at the end of the session's turns, or before work was moved, the oldest first.",
    params: z.object(which),
    result: z.object({ checkpoints: z.array(checkpointSchema) }),
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
      'Which sessions of a repository would conflict with each other or with their base, uncommitted work included.',
    params: z.object({ repo: path.describe('Any path in the repository') }),
    result: z.object({ conflicts: z.array(conflictSchema) }),
  },
} as const;
