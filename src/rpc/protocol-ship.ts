// The methods that ship a session's work.
import { z } from 'zod';
import { strategies } from '../core/ship/strategies.ts';
import { which } from './shapes.ts';

const base = z.string().optional().describe('A local branch; default: the one it is based on');

const mergePlanSchema = z.object({
  base: z.string().describe('The branch that would move'),
  tip: z.string().describe('Where it is now'),
  head: z.string().describe("The session's HEAD, which would land"),
  commits: z.number().int(),
  changes: z.object({
    files: z.number().int(),
    added: z.number().int(),
    removed: z.number().int(),
  }),
  uncommitted: z.number().int().describe('Files that are not committed, and would not land'),
  conflicts: z.array(z.string()).describe('Files; none: the merge is clean'),
  canFastForward: z.boolean(),
  checkout: z.string().nullable().describe('Where the base is checked out; null: nowhere'),
});

const mergedSchema = z.object({ base: z.string(), from: z.string(), to: z.string() });

export const shipRequests = {
  'session/commit': {
    summary: 'Commits all that is not ignored in the worktree; hooks and signing are as set.',
    params: z.object({
      ...which,
      message: z.string().min(1).optional().describe("Default: the session's prompt"),
    }),
    result: z.object({ commit: z.string().nullable().describe('Null: there was nothing') }),
  },
  'merge/plan': {
    summary: 'What a merge into the base would do: what lands, what conflicts. Changes nothing.',
    params: z.object({ ...which, base }),
    result: mergePlanSchema,
  },
  'merge/apply': {
    summary:
      'Merges into the base, which is brought along where it is checked out; refuses rather than leave anything half done.',
    params: z.object({
      ...which,
      base,
      strategy: z.enum(strategies).default('merge'),
      message: z.string().min(1).optional().describe("Default: the session's prompt"),
      expected: z
        .object({ tip: z.string(), head: z.string() })
        .optional()
        .describe('Of the plan that the person saw: anything else is refused (`base-moved`)'),
    }),
    result: mergedSchema,
  },
  'session/push': {
    summary: "Pushes the session's branch, never by force, and tells where a pull request begins.",
    params: z.object(which),
    result: z.object({
      remote: z.string(),
      branch: z.string(),
      base: z.string(),
      url: z.string().nullable().describe("Null when the remote's host tells nothing"),
      tool: z.enum(['gh', 'glab']).nullable().describe('The program that can open it by itself'),
    }),
  },
  'merge/undo': {
    summary: "Takes the session's last merge back, while nothing has come on top of it.",
    params: z.object(which),
    result: mergedSchema,
  },
} as const;
