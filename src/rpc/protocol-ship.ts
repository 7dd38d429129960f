// The methods that ship a session's work.
import { z } from 'zod';
import { diffFileSchema } from '../core/review/diff-file.ts';
import { checkSchema } from '../core/session/session.ts';
import { mostFiles, mostSubjects } from '../core/ship/landing.ts';
import { strategies } from '../core/ship/strategies.ts';
import { which } from './shapes.ts';

const base = z.string().optional().describe('A local branch; default: the one it is based on');

export const rebaseOn = z
  .string()
  .optional()
  .describe('A branch, which is its base from then on; default: the one it is based on');

const former = z.string().describe('What the session was based on before');

export const env = z
  .record(z.string(), z.string())
  .optional()
  .describe("The caller's environment, in place of the daemon's, for hooks, keys and remotes");

export const rewritten = {
  base: z.string(),
  from: z.string().describe("Where the session's HEAD was"),
  to: z.string(),
  checkpoint: z.number().int().describe('The one that keeps what was there before'),
};

const changed = {
  changes: z
    .object({ files: z.number().int(), added: z.number().int(), removed: z.number().int() })
    .describe('Of all the files'),
  files: z
    .array(
      diffFileSchema.pick({
        path: true,
        oldPath: true,
        status: true,
        binary: true,
        added: true,
        removed: true,
      }),
    )
    .describe(`In the order of their paths, the first ${mostFiles}`),
};

const subjects = z
  .array(z.string())
  .describe(`The first lines of the commits, of the newest ${mostSubjects}, the newest first`);

/** Names the plan that the person saw. */
export const expected = z
  .object({ tip: z.string(), head: z.string() })
  .optional()
  .describe('Of the plan that the person saw: anything else is refused (`base-moved`)');

const mergePlanSchema = z.object({
  base: z.string().describe('The branch that would move'),
  tip: z.string().describe('Where it is now'),
  head: z.string().describe("The session's HEAD, which would land"),
  commits: z.number().int(),
  subjects,
  ...changed,
  uncommitted: z.number().int().describe('Files that are not committed: none lands before that'),
  conflicts: z.array(z.string()).describe('Files; none: the merge is clean'),
  canFastForward: z.boolean(),
  checkout: z.string().nullable().describe('Where the base is checked out; null: nowhere'),
  check: checkSchema.nullable().describe('As in the session; a failed one stops no merge'),
});

const mergedSchema = z.object({ base: z.string(), from: z.string(), to: z.string() });

export const shipRequests = {
  'commit/plan': {
    summary:
      'What `session/commit` would commit: all that is not ignored, file by file. Changes nothing.',
    params: z.object(which),
    result: z.object({
      head: z.string().nullable().describe('What it would come on top of; null: it is the first'),
      tree: z.string().describe('A snapshot of what it would hold'),
      ...changed,
      conflicts: z
        .array(z.string())
        .describe('Files whose conflicts are not resolved: while there are some, it is refused'),
      merge: z
        .boolean()
        .describe('Whether it would conclude a merge, which it does without a change, too'),
    }),
  },
  'session/commit': {
    summary: 'Commits all that is not ignored in the worktree; hooks and signing are as set.',
    params: z.object({
      ...which,
      message: z.string().min(1).optional().describe("Default: the session's prompt"),
      expected: z
        .object({ head: z.string().nullable(), tree: z.string() })
        .optional()
        .describe('Of the plan that the person saw: anything else is refused (`base-moved`)'),
      env,
    }),
    result: z.object({ commit: z.string().nullable().describe('Null: there was nothing') }),
  },
  'session/message': {
    summary: 'What a commit of the session may say.',
    params: z.object(which),
    result: z.object({
      prompt: z
        .string()
        .describe("The session's prompt, which is the default; its name without one"),
      last: z.string().describe("The agent's last words; empty when it has not said any"),
      merge: z
        .string()
        .nullable()
        .describe('What git says of a merge that is not finished: the default then'),
    }),
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
      expected,
      env,
    }),
    result: mergedSchema,
  },
  'session/push': {
    summary: "Pushes the session's branch, never by force, and tells where a pull request begins.",
    params: z.object({ ...which, env }),
    result: z.object({
      remote: z.string(),
      branch: z.string(),
      base: z.string(),
      url: z.string().nullable().describe("Null when the remote's host tells nothing"),
      tool: z.enum(['gh', 'glab']).nullable().describe('The program that can open it by itself'),
      command: z
        .array(z.string())
        .nullable()
        .describe('That program and its arguments, to be run in the worktree; it may ask'),
      uncommitted: z
        .number()
        .int()
        .describe('Files that are not committed, and so not in what was pushed'),
    }),
  },
  'rebase/plan': {
    summary:
      'What a rebase on the base would do: what is made anew, what conflicts. Changes nothing.',
    params: z.object({ ...which, base: rebaseOn }),
    result: z.object({
      base: z.string(),
      tip: z.string().describe('Where the base is now'),
      head: z.string().describe("The session's HEAD"),
      commits: z.number().int().describe('How many would be made anew'),
      subjects,
      ...changed,
      behind: z.number().int().describe('How many commits of the base the session lacks'),
      former,
      leaves: z
        .number()
        .int()
        .describe('How many commits of another base before it do not come along'),
      conflicts: z.array(z.string()).describe('Files; none: it is clean'),
      stopsAt: z
        .string()
        .nullable()
        .describe('What conflicts: the first line of a commit, or `what is not committed`'),
    }),
  },
  'session/rebase': {
    summary:
      "Makes the session's commits anew on its base, what is not committed carried along; on a conflict nothing is changed.",
    params: z.object({ ...which, base: rebaseOn, expected, env }),
    result: z.object({ ...rewritten, former }),
  },
  'squash/plan': {
    summary: 'What `session/squash` would make one commit of. Changes nothing.',
    params: z.object(which),
    result: z.object({
      base: z.string(),
      tip: z.string().describe('Where the base is now'),
      head: z.string().describe("The session's HEAD"),
      parent: z.string().describe('What the one commit would come on top of'),
      commits: z.number().int().describe('How many would be one'),
      subjects,
      ...changed,
    }),
  },
  'session/squash': {
    summary: "Makes one commit of all that the session's branch has beyond its base.",
    params: z.object({
      ...which,
      message: z.string().min(1).optional().describe("Default: the session's prompt"),
      expected,
      env,
    }),
    result: z.object({ ...rewritten, commits: z.number().int().describe('How many it was') }),
  },
  'merge/undo': {
    summary: "Takes the session's last merge back, while nothing has come on top of it.",
    params: z.object(which),
    result: mergedSchema,
  },
} as const;
