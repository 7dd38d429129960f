// The methods by which a person resolves a conflict in a session's worktree.
import { z } from 'zod';
import { byHand, conflictKinds } from '../core/ship/strategies.ts';
import { env, expected, rebaseOn, rewritten } from './protocol-ship.ts';
import { which } from './shapes.ts';

/** A merge or rebase that is not finished. */
const waiting = {
  by: z.enum(byHand),
  worktree: z.string(),
  files: z
    .array(
      z.object({
        path: z.string(),
        kind: z.enum(conflictKinds).describe('Without markers are all but `content`'),
        text: z.string().describe('The same, for a person'),
        markers: z.array(z.number().int()).describe('Lines, from 1, in which a conflict begins'),
      }),
    )
    .describe('Those that `git add` has not called resolved'),
  conclude: z
    .string()
    .describe('A command for the worktree, once all is resolved and added with `git add`'),
  abort: z.string().describe('The one that takes it back'),
};

export const conflictRequests = {
  'conflict/open': {
    summary:
      "Begins a merge or rebase in the session's worktree, and stops at the conflict, for the person to resolve it there.",
    params: z.object({
      ...which,
      by: z.enum(byHand),
      base: rebaseOn.describe('As for `merge/plan` or `rebase/plan`'),
      expected,
      env,
    }),
    result: z.object({
      ...waiting,
      base: z.string(),
      stopsAt: z
        .string()
        .nullable()
        .describe('Of a rebase: the first line of the commit that conflicts'),
      checkpoint: rewritten.checkpoint,
    }),
  },
  'conflict/get': {
    summary:
      "The merge or rebase that is not finished in the session's worktree, whoever has begun it; null without one.",
    params: z.object(which),
    result: z.object(waiting).nullable(),
  },
} as const;
