// What travels besides sessions: repositories, agents, diffs, findings, progress, errors.
import { z } from 'zod';
import { agentFeatures } from '../core/agents/features.ts';
import { errorKinds } from '../core/errors.ts';
import { diffFileSchema } from '../core/review/diff-file.ts';
import { views } from '../core/review/marks.ts';
import { endings, scopes } from '../core/review/words.ts';
import { spentSchema } from '../core/session/spent.ts';

/** Of this machine, from its root. */
export const path = z.string().regex(/^\//, 'must be an absolute path');
/** Of a worktree, from its top. */
export const within = z.string().min(1);
/** Of a file whose name may be no text. */
export const rawPath = z.base64().min(1);
/** A session's id, its name, or a beginning of its id. `repo` settles which, when names repeat. */
export const which = {
  session: z.string().min(1).describe('Id, unique beginning of the id, or name'),
  repo: path.optional().describe('A path in the repository whose session is meant'),
};

/** SHA-1 or SHA-256, never abbreviated. */
export const objectId = z.string().regex(/^[0-9a-f]{40,64}$/);

export const setupSchema = z.object({
  command: z.string(),
  hash: z.string().describe('Approves exactly this text, in this repository, and nothing else'),
  approved: z.boolean(),
});

export const repoSchema = z.object({
  root: path.nullable().describe('Null when the path lies in no repository'),
  bare: z.boolean(),
  unborn: z.boolean().describe('No commit yet'),
  branch: z.string().nullable(),
  commit: z.string().nullable(),
  setup: setupSchema.nullable().describe('Run in each new worktree'),
  check: setupSchema.nullable().describe('Run by `session/check`'),
});
export type RepoInfo = z.infer<typeof repoSchema>;

export const agentInfoSchema = z.object({
  name: z.string(),
  description: z.string(),
  file: z.string(),
  path: path.nullable().describe('Where it was found on PATH; null when not installed'),
  isDefault: z.boolean(),
  version: z.string().nullable().describe('As the program says it; null when unknown'),
  permissionless: z.boolean().describe('The configuration lets it ask for no permission'),
  supports: z
    .array(z.enum(agentFeatures))
    .describe('What it can do here, besides being started in a terminal'),
});
export type AgentInfo = z.infer<typeof agentInfoSchema>;

/** A file of a diff, with what the person has marked. */
export const reviewFileSchema = diffFileSchema.extend({
  viewed: z.enum(views).describe('`changed`: marked as viewed, but it holds something else now'),
});

export const size = {
  cols: z.number().int().min(2).max(1000),
  rows: z.number().int().min(1).max(1000),
};
/** Of the client, for what is started. */
export const env = z
  .record(z.string(), z.string())
  .optional()
  .describe(
    "The caller's environment, for the agent in place of the daemon's; kept in memory only",
  );
export const optionalSize = { cols: size.cols.optional(), rows: size.rows.optional() };

export const checkpointSchema = z.object({
  number: z.number().int().describe('Counts up from 1 within the session'),
  commit: z.string(),
  tree: z.string(),
  head: z.string().describe('What HEAD was then'),
  at: z.number(),
  conversation: z.string().nullable().describe("The agent's conversation by then, if it is known"),
  prompt: z.string().describe('What led to the turn, or why else it was taken'),
  ending: z
    .enum(endings)
    .describe(
      'How the turn ended; `rewind`: taken before going back, a rebase or a squash; `reject`: before hunks were rejected',
    ),
  usage: spentSchema
    .nullable()
    .describe("What the turn took; null where the agent doesn't say, and where no turn ended"),
  after: z
    .string()
    .nullable()
    .describe('With `rewind`: the tree that was there afterwards; null where nothing was moved'),
});

const pair = {
  session: z.string().describe("The session's id"),
  with: z
    .string()
    .nullable()
    .describe('The id of the other session; null: the branch that the session is based on'),
};

/** The conflict forecast of a repository. */
export const outlookSchema = {
  conflicts: z.array(
    z.object({
      ...pair,
      files: z.array(z.string()).describe('That would conflict if both were merged as they are'),
    }),
  ),
  incomparable: z
    .array(z.object({ ...pair, reason: z.string().describe('For people') }))
    .describe('Pairs of which nothing can be said, such as those that have no commit in common'),
};

/** What a review compares. */
export const compared = {
  scope: z
    .enum(scopes)
    .optional()
    .describe(
      'Default `all`: since the base; `turn`: since the last turn began; `seen`: since the last look; `uncommitted`',
    ),
  turn: z.number().int().optional().describe('Only the turn that this checkpoint ended'),
  from: z.number().int().optional().describe('The left side is this checkpoint, not the base'),
  to: z
    .number()
    .int()
    .optional()
    .describe('The right side is this checkpoint, not the worktree as it is now'),
  against: z
    .string()
    .optional()
    .describe('Another session of the repository: its worktree is the left side'),
};

/** Where the next page of a patch begins; callers hand it back as it came. */
export const patchPageSchema = z.object({
  base: objectId,
  tree: objectId,
  offset: z.number().int().nonnegative(),
});

export const diffSchema = z.object({
  base: z.string().describe("The merge-base with the session's base: the left side"),
  tree: z.string().describe("The snapshot's tree: the right side"),
  worktree: z.string(),
  total: z
    .object({ files: z.number().int(), added: z.number().int(), removed: z.number().int() })
    .describe('Of all the files, on this page or not'),
  files: z.array(reviewFileSchema),
  next: patchPageSchema.nullable().describe('Null on the last page, and without pages'),
});

export const hunkSchema = z.object({
  id: z
    .string()
    .describe('Made from the path and the lines, so that it stays when the hunk moves in its file'),
  oldStart: z.number().int().describe('From 1; the line before, where there are no lines'),
  oldLines: z.number().int(),
  newStart: z.number().int(),
  newLines: z.number().int(),
  section: z.string().describe('What git found that the hunk lies in, such as a function'),
  accepted: z.boolean(),
});

export const screenSchema = z.object({
  text: z.string(),
  cols: z.number().int(),
  rows: z.number().int(),
  cursor: z.object({ x: z.number().int(), y: z.number().int() }).describe('From 0'),
});

export const findingSchema = z.object({
  severity: z
    .enum(['problem', 'note'])
    .describe('A note asks for nothing: it only says what the person may want to know'),
  problem: z.string(),
  remedy: z.string().describe('What was done about it, or would be with `repair`'),
  mendable: z.boolean().describe('Whether `repair` would do something about it'),
  repaired: z.boolean(),
});
export type Finding = z.infer<typeof findingSchema>;

export const progressToken = z
  .union([z.string(), z.number().int()])
  .optional()
  .describe('Chosen by the caller; `$/progress` notifications of this request carry it');

export const progressSchema = z.object({
  token: z.union([z.string(), z.number().int()]),
  value: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('step'), message: z.string() }),
    z.object({ kind: z.literal('output'), text: z.string() }),
  ]),
});
export type Progress = z.infer<typeof progressSchema>['value'];

export const errorDataSchema = z.object({
  kind: z.enum(errorKinds),
  hint: z.string(),
  protocolVersion: z.number().int().optional().describe('Of the daemon, with `version-mismatch`'),
  version: z.string().optional().describe('Of the daemon, with `version-mismatch`'),
});
