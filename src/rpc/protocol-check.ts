// The methods that run a repository's check in a session's worktree.
import { z } from 'zod';
import { sessionSchema } from '../core/session/session.ts';
import { path, progressToken, setupSchema, which } from './shapes.ts';

export const checkRequests = {
  'session/check': {
    summary:
      "Runs the repository's check in the session's worktree; one that runs on the same files is joined.",
    params: z.object({
      ...which,
      wait: z
        .boolean()
        .default(true)
        .describe('Until it is over, and cancelled with the request; else until it has begun'),
      env: z
        .record(z.string(), z.string())
        .optional()
        .describe("The caller's environment, in place of the daemon's"),
      progressToken,
    }),
    result: sessionSchema,
  },
  'check/cancel': {
    summary: 'Ends the check with all that it started, if one runs.',
    params: z.object(which),
    result: sessionSchema,
  },
  'check/command': {
    summary: 'The check of a session, and whether it was approved.',
    params: z.object(which),
    result: z.object({
      check: setupSchema
        .extend({ from: path.describe('The checkout whose .tempest.toml has it') })
        .nullable(),
    }),
  },
  'check/log': {
    summary: 'The output of the last check; of a long one, its beginning and its end.',
    params: z.object(which),
    result: z.object({ text: z.string(), path }),
  },
} as const;
