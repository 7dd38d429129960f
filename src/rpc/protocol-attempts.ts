// The methods about several attempts at one prompt.
import { z } from 'zod';
import { groupSchema, sessionSchema } from '../core/session/session.ts';
import { errorDataSchema, path, progressToken, which } from './shapes.ts';

const errorSchema = errorDataSchema.extend({ message: z.string() });

export const attemptRequests = {
  'group/race': {
    summary:
      'Starts several sessions on one prompt, all at the same commit. What fails for one leaves the others alone.',
    params: z.object({
      repo: path.describe('Any path in the repository'),
      prompt: z.string(),
      count: z.number().int().min(1).max(50),
      agents: z.array(z.string()).default([]).describe('Taken in turn; none: the configured one'),
      command: z.array(z.string()).min(1).optional().describe('As for `session/create`'),
      name: z
        .string()
        .optional()
        .describe('What the names begin with, before `-1`, `-2`…; default: made from the prompt'),
      base: z.string().optional().describe('Any ref, also one only on the remote; default HEAD'),
      context: z.string().optional().describe('Put after the prompt, such as selected lines'),
      env: z.record(z.string(), z.string()).optional().describe("The caller's environment"),
      progressToken,
    }),
    result: z.object({
      group: groupSchema,
      attempts: z.array(
        z.object({
          agent: z.string().nullable().describe('Null: the configured one, or the command'),
          session: sessionSchema.nullable().describe('Null when it could not be started'),
          error: errorSchema.nullable(),
        }),
      ),
    }),
  },
  'group/compare': {
    summary:
      'How the sessions of a group, or any others, came along; their changes are counted anew.',
    params: z.object({
      names: z
        .array(z.string().min(1))
        .min(1)
        .describe('One: the id or label of a group, or a session of it. Several: those sessions'),
      repo: which.repo,
    }),
    result: z.object({
      group: groupSchema.nullable(),
      attempts: z.array(
        z.object({
          session: sessionSchema.describe('Its status, changes, check and tokens'),
          turns: z.number().int().describe('How many have ended'),
          ms: z.number().describe('From its creation to the end of what it did, or until now'),
        }),
      ),
    }),
  },
  'group/choose': {
    summary: 'Keeps this session, and removes the others of its group, which can be restored.',
    params: z.object(which),
    result: z.object({
      session: sessionSchema,
      removed: z.array(
        z.object({ id: z.string(), name: z.string(), error: errorSchema.nullable() }),
      ),
    }),
  },
} as const;
