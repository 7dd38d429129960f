// A session: one piece of work, and everything about it that outlives a process.
import { z } from 'zod';
import { holdSchema } from './queue.ts';
import { usageSchema } from './spent.ts';

/** The states of a session; `docs/protocol/README.md` says how one follows another. */
export const statusSchema = z.enum([
  'creating',
  'starting',
  'working',
  'waiting',
  'idle',
  'exited',
  'closed',
  'failed',
]);
export type Status = z.infer<typeof statusSchema>;

/** A process is known by its id and its start time, since ids are used again (`proc(5)`, field 22). */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  /** Opaque: equal for one process only. */
  startTime: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

export const changesSchema = z.object({
  files: z.number().int(),
  added: z.number().int(),
  removed: z.number().int(),
  tree: z.string().describe("The snapshot's tree id: equal means nothing changed"),
});

export const questionSchema = z.object({
  id: z.string().describe('Of this one question; an answer to another is refused'),
  tool: z.string().nullable().describe('The tool that wants to run; null for a question in words'),
  text: z.string().describe('The command, the file, or the words of the question'),
});

export const problemSchema = z.object({
  kind: z.enum(['api-error', 'rate-limit', 'login']),
  text: z.string().describe("The agent's own words"),
});

export const checkSchema = z.object({
  state: z
    .enum(['running', 'passed', 'failed', 'cancelled'])
    .describe('`cancelled`: by the person, or with the daemon'),
  code: z
    .number()
    .int()
    .nullable()
    .describe('The exit code; null while it runs, and where it did not end by itself'),
  at: z.number().describe('When it ended; while it runs, when it began'),
  tree: z.string().describe('The snapshot that it ran on'),
  stale: z.boolean().describe('The worktree has changed since'),
});

export const groupSchema = z.object({
  id: z.string(),
  label: z.string().describe("Its sessions' names begin with it"),
});
export type Group = z.infer<typeof groupSchema>;

export const attentionSchema = z.object({
  reason: z
    .enum(['waiting', 'problem', 'exited', 'finished'])
    .describe('Waits for an answer; stopped by a problem; its agent ended; the turn is over'),
  rank: z
    .number()
    .int()
    .describe('Its place among all: the lowest first; where two are equal, by id'),
});
export type Attention = z.infer<typeof attentionSchema>;

/** What every client sees. Times are milliseconds since 1970. */
export const sessionSchema = z.object({
  id: z.string().describe('Eight characters, never used again'),
  name: z
    .string()
    .describe(
      "Unique among the live sessions of the repository; at first the worktree folder's name, too",
    ),
  repo: z
    .string()
    .describe("Absolute path of the repository's main worktree (of the git folder, if bare)"),
  worktree: z.string(),
  branch: z.string(),
  adopted: z
    .boolean()
    .describe('The branch was there before the session, so removing the session leaves it alone'),
  base: z.object({ ref: z.string(), commit: z.string() }),
  agent: z.string(),
  command: z
    .array(z.string())
    .nullable()
    .describe('The program and its arguments, when the session was created with `-- COMMAND…`'),
  permissionless: z
    .boolean()
    .describe('The agent was started in the mode in which it asks for no permission'),
  answerable: z
    .boolean()
    .describe('`session/answer` knows the keys that answer what its agent asks leave for'),
  prompt: z.string(),
  conversation: z.string().nullable(),
  forkedFrom: z.string().nullable().describe('The id of the session that it began as a copy of'),
  status: statusSchema,
  reason: z.string().describe('Why it failed or how it exited, for people; empty otherwise'),
  notice: z
    .string()
    .describe('What the person should know of this start of the agent; empty otherwise'),
  activity: z
    .string()
    .describe('What the agent says it is doing or asking, in one line; empty when unknown'),
  words: z
    .string()
    .describe(
      'The first lines, three at most, of what the agent said last; empty unless it is at rest',
    ),
  question: questionSchema
    .nullable()
    .describe('What a waiting agent asks, where it says so itself; null otherwise'),
  problem: problemSchema
    .nullable()
    .describe('Why the last turn ended without being done; null when it was, or goes on'),
  subAgents: z.number().int().describe('How many sub-agents are at work, where the agent says so'),
  usage: usageSchema.nullable().describe('Null where the agent has not said'),
  unseen: z.boolean(),
  attention: attentionSchema
    .nullable()
    .describe('Why the session wants the person; null when it does not'),
  queued: z
    .object({
      count: z.number().int(),
      going: z.number().int().describe('How many of them go out by themselves, turn by turn'),
      hold: holdSchema.nullable(),
    })
    .describe('How many prompts wait to be sent, and why none is sent now; see `queue/list`'),
  port: z.number().int().describe('First of ten ports that no other session has'),
  generation: z
    .number()
    .int()
    .describe('Counts up with every start of the agent; 0 before the first'),
  exit: z.object({ code: z.number().int().nullable(), signal: z.string().nullable() }).nullable(),
  changes: changesSchema
    .nullable()
    .describe('Against the merge-base with the base; null until first counted'),
  unfinished: z
    .enum(['rebase', 'merge', 'cherry-pick', 'revert'])
    .nullable()
    .describe(
      'What git has begun in the worktree and not ended, as of the last count; null: nothing',
    ),
  merged: z
    .object({
      base: z.string().describe('The branch'),
      from: z.string().describe('Where it was before'),
      to: z.string(),
      head: z
        .string()
        .nullable()
        .default(null)
        .describe("The session's HEAD that landed; null: not known"),
      at: z.number(),
    })
    .nullable()
    .describe('The last merge into the base, while it was not taken back'),
  group: groupSchema
    .nullable()
    .describe('The attempts at one prompt that the session is one of; null: none'),
  check: checkSchema
    .nullable()
    .describe("The last run of the repository's check; null before the first"),
  createdAt: z.number().describe('In ms since 1970, as all times'),
  statusAt: z.number().describe('When `status` last changed'),
  removed: z
    .object({ at: z.number(), expiresAt: z.number() })
    .nullable()
    .describe('Set once the session is removed: it can be restored until `expiresAt`'),
  revision: z
    .number()
    .int()
    .describe('Counts up with every change to any session; the higher one is the newer'),
});
export type Session = z.infer<typeof sessionSchema>;
