// What is kept of a session on disk: what clients see, and what only a restart needs to know.
import { z } from 'zod';
import { attentionOf } from './attention.ts';
import { countsOf, emptyQueue, keptQueueSchema } from './queue.ts';
import { checkSchema, processIdentitySchema, type Session, sessionSchema } from './session.ts';
import { oneLine } from './signals.ts';
import { endings } from './state.ts';

/** What was under way; whoever finds it set at start takes it up again. */
const taskSchema = z.enum(['create', 'start', 'close', 'remove', 'restore']);

/** The state of another session at the moment of forking. */
const forkSchema = z.object({
  /** The commit that its worktree stood on. */
  commit: z.string(),
  /** A snapshot of its worktree. */
  tree: z.string(),
  /** Its conversation, if its agent had one by then. */
  conversation: z.string().nullable(),
  worktree: z.string(),
});
export type Fork = z.infer<typeof forkSchema>;

export const recordSchema = sessionSchema
  .omit({ revision: true, attention: true, queued: true, check: true })
  .extend({
    version: z.literal(1),
    permissionless: sessionSchema.shape.permissionless.default(false),
    answerable: sessionSchema.shape.answerable.default(false),
    question: sessionSchema.shape.question.default(null),
    problem: sessionSchema.shape.problem.default(null),
    subAgents: sessionSchema.shape.subAgents.default(0),
    words: sessionSchema.shape.words.default(''),
    notice: sessionSchema.shape.notice.default(''),
    forkedFrom: sessionSchema.shape.forkedFrom.default(null),
    /** What a forked session began with. */
    fork: forkSchema.nullable().default(null),
    merged: sessionSchema.shape.merged.default(null),
    unfinished: sessionSchema.shape.unfinished.default(null),
    group: sessionSchema.shape.group.default(null),
    check: checkSchema.omit({ stale: true }).nullable().default(null),
    /** What the agent said last, whole. */
    lastMessage: z.string().default(''),
    /** The process that runs the check, so that it can be ended after a crash. */
    checking: processIdentitySchema.nullable().default(null),
    /** The move of the base, there or back, that is under way. */
    merging: sessionSchema.shape.merged.default(null),
    /** Where the conversation was taken back to; `pending` until an agent was started there. */
    rewound: z
      .object({ conversation: z.string(), at: z.number(), pending: z.boolean() })
      .nullable()
      .default(null),
    /** What led to the present turn, or the last one. */
    turnPrompt: z.string().default(''),
    /** The snapshot of what the person last looked at; null: never. */
    seenTree: z.string().nullable().default(null),
    /** The commit that the session began at, where a rebase has moved its base since. */
    begunAt: z.string().nullable().default(null),
    /** How the agent was last started: a resume that fails is not tried again by itself. */
    launch: z.enum(['start', 'resume', 'fork', 'anew']).nullable().default(null),
    /** What status.ts must remember over a restart of the daemon; null before the first start. */
    heard: z
      .object({
        speaks: z.boolean(),
        since: z.number(),
        ended: z.enum(endings).nullable().default(null),
        endedAt: z.number().default(0),
      })
      .nullable()
      .default(null),
    /**
     * When the turn in progress began, or the last one, in ms since 1970; `usage.turn` is of that one. What is sent
     * into a turn begins none. Null before the first.
     */
    turnAt: z.number().nullable().default(null),
    usage: sessionSchema.shape.usage.default(null),
    /** The last requests that `usage` has from events which are gone: one that comes again after a crash is not new. */
    counted: z.array(z.string()).default([]),
    /** What waits to be sent. */
    queue: keptQueueSchema.default(emptyQueue),
    task: taskSchema.nullable(),
    /** The person chose the name, so it isn't changed for them. */
    named: z.boolean(),
    /** The repository's shared git folder. */
    commonDir: z.string(),
    /** The checkout where the person stood: files are carried over from there. */
    here: z.string(),
    /** Put after the prompt on the first start. */
    context: z.string(),
    /** The agent's process, so that it can be ended even when the terminal host is gone. */
    process: processIdentitySchema.nullable(),
    /** The boot in which that process ran; another one means the machine was started anew. */
    boot: z.string(),
    /** Files were carried over and the setup command, if any, succeeded. */
    provisioned: z.boolean(),
    /** The commit that holds a removed session's work. */
    kept: z.string().nullable(),
    /** Where the worktree of a removed session waits to be deleted. */
    trash: z.string().nullable(),
  });
export type SessionRecord = z.infer<typeof recordSchema>;

/** Of an agent that has said nothing of itself yet. */
export const silent = { question: null, problem: null, subAgents: 0, heard: null };

/** What clients see of a record. */
export function toSession(record: SessionRecord, revision: number): Session {
  const queued = countsOf(record.queue);
  const stale = record.changes !== null && record.changes.tree !== record.check?.tree;
  const check = record.check && { ...record.check, stale };
  const attention = attentionOf(record);
  return sessionSchema.parse({
    ...record,
    attention,
    queued,
    check,
    revision,
    words: wordsOf(record),
  });
}

/** Of a turn that came to an end, and with these words: others are of another. */
function wordsOf({ status, problem, activity, lastMessage, words }: SessionRecord): string {
  const isAtRest = status === 'idle' && problem === null && activity !== '';
  return isAtRest && oneLine(lastMessage) === activity ? words : '';
}

/** What becomes of a record whose agent was ended for good, at `now` in ms since 1970. */
export function closedAt(now: number) {
  const quiet = {
    process: null,
    activity: '',
    reason: '',
    unseen: false,
    ...silent,
  };
  return { task: null, status: 'closed' as const, statusAt: now, ...quiet };
}

/** Whether the agent's program should be running. */
export function isLive(record: Pick<SessionRecord, 'status'>): boolean {
  return ['starting', 'working', 'waiting', 'idle'].includes(record.status);
}

/**
 * Whether the agent's present start came with the session's prompt, so that a turn began at once. A command
 * of the person's own may use the prompt or not: nobody knows of its turns.
 */
export function isPrompted({
  launch,
  prompt,
  command,
}: Pick<SessionRecord, 'launch' | 'prompt' | 'command'>): boolean {
  return (launch === 'start' || launch === 'fork') && prompt !== '' && command === null;
}

/** The id of a session's terminal in its present generation. */
export function terminalId(record: Pick<SessionRecord, 'id' | 'generation'>): string {
  return `${record.id}.${record.generation}`;
}
