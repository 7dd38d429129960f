// The protocol: every method and notification as zod schemas. The server's validation, the
// client's types and docs/protocol/openrpc.json all come from this file.
import { z } from 'zod';
import { sessionSchema } from '../core/session/session.ts';
import { attemptRequests } from './protocol-attempts.ts';
import { attentionRequests } from './protocol-attention.ts';
import { checkRequests } from './protocol-check.ts';
import { commentRequests } from './protocol-comments.ts';
import { conflictRequests } from './protocol-conflict.ts';
import { messageRequests } from './protocol-messages.ts';
import { promptRequests } from './protocol-prompts.ts';
import { reviewRequests } from './protocol-review.ts';
import { shipRequests } from './protocol-ship.ts';
import {
  agentInfoSchema,
  env,
  findingSchema,
  objectId,
  optionalSize,
  outlookSchema,
  path,
  progressSchema,
  progressToken,
  repoSchema,
  screenSchema,
  size,
  which,
} from './shapes.ts';

export * from './constants.ts';
export * from './shapes.ts';

const session = sessionSchema;

/** One entry a request: what it takes, what it gives, one line for the docs. */
export const requests = {
  initialize: {
    summary: 'The first request on every connection; anything else before it is refused.',
    params: z.object({
      protocolVersion: z.number().int(),
      client: z.object({ name: z.string(), version: z.string() }),
    }),
    result: z.object({
      protocolVersion: z.number().int(),
      server: z.object({ version: z.string(), pid: z.number().int() }),
    }),
  },
  'session/create': {
    summary:
      'Creates a worktree and branch and starts an agent in it. What fails once the worktree is there leaves a session with status `failed`, for a look and `session/open`.',
    params: z.object({
      repo: path.describe('Any path in the repository'),
      prompt: z.string().default(''),
      agent: z.string().optional().describe('Default: the configured one'),
      command: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Runs this program instead of an agent; wins over `agent`'),
      name: z.string().optional().describe('Default: made from the prompt'),
      base: z.string().optional().describe('Any ref, also one only on the remote; default HEAD'),
      branch: z.string().optional().describe('Adopts this existing branch'),
      context: z.string().optional().describe('Put after the prompt, such as selected lines'),
      env,
      ...optionalSize,
      progressToken,
    }),
    result: session,
  },
  'session/fork': {
    summary:
      "Creates a session that begins where another stands: its commit, what isn't committed, its conversation where the agent can fork it.",
    params: z.object({
      ...which,
      prompt: z.string().default(''),
      name: z.string().optional().describe("Default: made from the prompt, else the first one's"),
      agent: z.string().optional().describe('Default: the same; another begins a conversation'),
      env,
      ...optionalSize,
      progressToken,
    }),
    result: session,
  },
  'session/list': {
    summary: 'All sessions, or those of one repository.',
    params: z.object({
      repo: path.optional(),
      removed: z.boolean().default(false).describe('Those that can be restored instead'),
    }),
    result: z.object({ sessions: z.array(session), revision: z.number().int() }),
  },
  'session/get': { summary: 'One session.', params: z.object(which), result: session },
  'session/open': {
    summary:
      'Starts the agent again if it is not running, with its conversation; retries a failed start.',
    params: z.object({ ...which, env, ...optionalSize, progressToken }),
    result: session,
  },
  'session/close': {
    summary: 'Ends the agent; worktree, branch and conversation stay.',
    params: z.object(which),
    result: session,
  },
  'session/remove': {
    summary: 'Moves the worktree to the trash; uncommitted or unmerged work needs `force`.',
    params: z.object({ ...which, force: z.boolean().default(false), progressToken }),
    result: session,
  },
  'session/restore': {
    summary: 'Brings a removed session back: worktree, branch, uncommitted files, conversation.',
    params: z.object({ ...which, progressToken }),
    result: session,
  },
  'session/rename': {
    summary: 'Changes the name; worktree and branch keep theirs.',
    params: z.object({ ...which, name: z.string() }),
    result: session,
  },
  ...messageRequests,
  ...promptRequests,
  'session/seen': {
    summary: 'The person has looked.',
    params: z.object({
      ...which,
      tree: objectId
        .optional()
        .describe('What was shown: the `tree` of session/diff; default: as it was last counted'),
    }),
    result: session,
  },
  ...attentionRequests,
  ...reviewRequests,
  ...commentRequests,
  ...shipRequests,
  ...conflictRequests,
  ...checkRequests,
  ...attemptRequests,
  'session/log': {
    summary: "The output of the session's setup command.",
    params: z.object(which),
    result: z.object({ text: z.string(), path }),
  },
  'terminal/attach': {
    summary:
      'A socket and one-time ticket for the raw terminal; see "The terminal" in the protocol page.',
    params: z.object(which),
    result: z.object({ socket: path, ticket: z.string(), terminal: z.string() }),
  },
  'terminal/resize': {
    summary: "Sets the terminal's size.",
    params: z.object({ ...which, ...size }),
    result: z.null(),
  },
  'terminal/screen': {
    summary: 'What is on the screen now.',
    params: z.object({
      ...which,
      format: z.enum(['text', 'ansi']).default('text'),
      scrollback: z.boolean().default(false),
    }),
    result: screenSchema,
  },
  'agent/list': {
    summary: 'The agents that can be started, whether they are installed, and what each can do.',
    params: z.object({
      versions: z
        .boolean()
        .default(false)
        .describe('Asks the programs for their versions, which takes a moment the first time'),
    }),
    result: z.object({ agents: z.array(agentInfoSchema) }),
  },
  'repo/inspect': {
    summary: 'What kind of place a path is, and which commands it carries that need an approval.',
    params: z.object({ path }),
    result: repoSchema,
  },
  'repo/branches': {
    summary: 'Branch names, local and remote, the last used first.',
    params: z.object({ path }),
    result: z.object({ branches: z.array(z.string()) }),
  },
  'repo/approve': {
    summary: 'Approves the setup command or the check with this hash, for this repository.',
    params: z.object({ path, hash: z.string() }),
    result: z.null(),
  },
  'repo/prepare': {
    summary: 'Only when the person said yes: `git init`, or an empty first commit.',
    params: z.object({ path, step: z.enum(['init', 'commit']) }),
    result: repoSchema,
  },
  'daemon/status': {
    summary: 'About the daemon itself.',
    params: z.object({}),
    result: z.object({
      version: z.string(),
      pid: z.number().int(),
      hostPid: z.number().int().nullable().describe('Null while there is no terminal host'),
      startedAt: z.number(),
      clients: z.number().int(),
      sessions: z.number().int(),
      log: path,
    }),
  },
  'daemon/doctor': {
    summary: 'Finds what a crash can leave, and mends it with `repair`.',
    params: z.object({ repair: z.boolean().default(false) }),
    result: z.object({ findings: z.array(findingSchema) }),
  },
  'daemon/stop': {
    summary: 'Ends the daemon; agents go on, and the next client starts it again.',
    params: z.object({}),
    result: z.null(),
  },
} as const;

export type Method = keyof typeof requests;
/** What a caller may pass: fields with defaults are optional. */
export type Params<M extends Method> = z.input<(typeof requests)[M]['params']>;
/** What a handler receives: defaults filled in. */
export type ParsedParams<M extends Method> = z.output<(typeof requests)[M]['params']>;
export type Result<M extends Method> = z.output<(typeof requests)[M]['result']>;

/** From the daemon to every initialized client (`$/progress`: only to the one that asked). */
export const notifications = {
  'session/changed': {
    summary: 'A session is new or changed; the whole of it.',
    params: z.object({ session }),
  },
  'session/removed': {
    summary: 'A session is in the trash, or restored sessions expired.',
    params: z.object({ id: z.string(), revision: z.number().int() }),
  },
  'review/changed': {
    summary:
      'Something was marked or said in the review of a session: ask again for what is shown.',
    params: z.object({ session: z.string().describe("The session's id") }),
  },
  'conflict/changed': {
    summary:
      'The conflict forecast of a repository is another, mostly after a turn; the whole of it, as in conflict/list.',
    params: z.object({ repo: path.describe("As in the sessions' `repo`"), ...outlookSchema }),
  },
  '$/progress': { summary: 'How a request goes that takes a moment.', params: progressSchema },
} as const;

export type Notification = keyof typeof notifications;
export type NotificationParams<N extends Notification> = z.output<
  (typeof notifications)[N]['params']
>;
