// The `[agents.NAME]` tables of the configuration file.
import { z } from 'zod';
import { splitWords } from '../words.ts';
import { type EventTable, eventTableSchema, usageMistake } from './custom-events.ts';

/** Stand in a table's words for what is known only when the program is started. */
export const marks = {
  conversation: '{conversation}',
  prompt: '{prompt}',
  spool: '{spool}',
  /** `{hook:NAME}`: a shell line that keeps its standard input as the event NAME. */
  hook: /\{hook:([^}]*)\}/g,
};

/** The CLIs that are known, each with an adapter of its own; registry.ts has them. */
export const knownAgents = [
  'claude',
  'codex',
  'opencode',
  'pi',
  'gemini',
  'qwen',
  'copilot',
  'cursor-agent',
  'amp',
  'droid',
  'goose',
  'cline',
  'aider',
  'demo',
] as const;
export type KnownAgent = (typeof knownAgents)[number];

const command = z
  .union([z.string().min(1), z.array(z.string()).min(1)], {
    error: 'a command: a list of strings, or one string (no shell is involved)',
  })
  .transform((value, context) => {
    const words = typeof value === 'string' ? splitWords(value) : value;
    if (words?.[0]) return words;
    context.addIssue({ code: 'custom', message: 'a command with its quotes closed' });
    return z.NEVER;
  });
const words = z.array(z.string());
const wants = (mark: string) => (text: string) => text.includes(mark);

const promptWays = '"argument", "typed", "none", or a list of words with {prompt} in it';

/** One agent of the person's own; every field is optional where a default makes sense. */
export const agentTableSchema = z.object({
  /** The program and its first arguments; a known agent has its own. */
  command: command.optional(),
  /** Takes over all that is known of this CLI; a table named `claude` is like `claude` by itself. */
  like: z.enum(knownAgents).optional(),
  /**
   * How the program gets its prompt: as last argument, pasted once it is up, or not at all; a list is
   * put at the end when there is a prompt, which stands for `{prompt}` in it.
   */
  prompt: z
    .union(
      [
        z.enum(['argument', 'typed', 'none']),
        words.refine((list) => list.some(wants(marks.prompt)), { error: promptWays }),
      ],
      { error: promptWays },
    )
    .optional(),
  /** The program and arguments that resume `{conversation}`. */
  resume: command.optional(),
  /** Where the conversation's id is found, for a program that names it itself. */
  conversation: z
    .union(
      [
        /** A field of its events. */
        z.strictObject({ event: z.string().min(1) }),
        /** The path of its record, with `{conversation}` for the id and `*` for what changes. */
        z.strictObject({
          file: z
            .string()
            .refine(wants(marks.conversation), { error: 'a path with {conversation}' }),
        }),
      ],
      { error: '{ event = "FIELD" }, or { file = "PATH" } with {conversation} in the path' },
    )
    .optional(),
  /** What the events mean that its hooks write. */
  events: z.record(z.string().regex(/^[\w-]+$/), eventTableSchema).optional(),
  /** Whether it asks for no permission. */
  permissionless: z.boolean().default(false),
  /** The arguments by which it doesn't. */
  permissionless_args: words.optional(),
  /** The keys that answer its permission question, as a person would press them. */
  answers: z.strictObject({ allow: z.string().min(1), deny: z.string().min(1) }).optional(),
  env: z.record(z.string(), z.string()).default({}),
  description: z.string().optional(),
});
export type AgentTable = z.output<typeof agentTableSchema>;

/** What a table can settle of a known CLI; the rest its adapter knows. */
export type KnownTable = Partial<
  Pick<AgentTable, 'command' | 'env' | 'description' | 'permissionless' | 'permissionless_args'>
>;

const explicitKeys = ['prompt', 'resume', 'conversation', 'events', 'answers'] as const;

/** The known CLI that the table called `name` is like; null when it stands for itself. */
export function likeOf(name: string, table: AgentTable): KnownAgent | null {
  if (table.like) return table.like;
  if (explicitKeys.some((key) => table[key] !== undefined)) return null;
  return knownAgents.find((known) => known === name) ?? null;
}

/** What the configuration file may say under `[agents]`. */
export const agentTablesSchema = z
  .record(z.string(), agentTableSchema)
  .superRefine((tables, context) => {
    for (const [name, table] of Object.entries(tables)) {
      const found = mistakeOf(name, table);
      if (!found) continue;
      const [key, message] = found;
      context.addIssue({ code: 'custom', path: [name, key], message });
    }
  });

/** What doesn't fit together in a table: the key, and why. */
function mistakeOf(name: string, table: AgentTable): [keyof AgentTable, string] | null {
  const explicit = explicitKeys.find((key) => table[key] !== undefined);
  if (table.like && explicit) {
    return ['like', `settles how to start it, so \`${explicit}\` must be left out`];
  }
  if (likeOf(name, table)) return null;
  const { command, resume, conversation, events, answers } = table;
  const { permissionless, permissionless_args } = table;
  if (!command) return ['command', 'is missing, and no agent of this name is known'];
  if (resume?.some(wants(marks.conversation)) && !conversation) {
    if (!command.some(wants(marks.conversation))) {
      const or = '`command` must hand {conversation} to the program, or `conversation` find it';
      return ['resume', `mentions {conversation}, so ${or}`];
    }
  }
  if (answers && !Object.values(events ?? {}).some(({ kind }) => kind === 'asked')) {
    return ['answers', 'are for what it asks, so `events` must say which of them is `asked`'];
  }
  if (conversation && 'event' in conversation && !events) {
    return ['conversation', 'is to be found in its events, so `events` must say which there are'];
  }
  if (permissionless && !permissionless_args) {
    return ['permissionless', 'needs `permissionless_args`: this agent is not known'];
  }
  if (!events) return null;
  return unheard(table, Object.keys(events)) ?? untold(events);
}

/** Events that tell nothing, or of usage alone: an agent with events is believed to tell of its turns. */
function untold(events: Record<string, EventTable>): [keyof AgentTable, string] | null {
  for (const [name, event] of Object.entries(events)) {
    const mistake = usageMistake(event);
    if (mistake) return ['events', `of the name \`${name}\` ${mistake}`];
  }
  if (Object.values(events).some(({ kind }) => kind !== 'usage')) return null;
  return ['events', 'tell of usage alone: they must also say when a turn begins and ends'];
}

/** Events that no hook can write, and hooks whose events mean nothing. */
function unheard(table: AgentTable, events: string[]): [keyof AgentTable, string] | null {
  const { command = [], resume = [], env } = table;
  const text = [...command, ...resume, ...Object.values(env)].join('\n');
  const hooks = [...text.matchAll(marks.hook)].map(([, name = '']) => name);
  const unknown = hooks.find((name) => !events.includes(name));
  if (unknown !== undefined) return ['events', `says nothing of {hook:${unknown}}`];
  if (hooks.length > 0 || text.includes(marks.spool)) return null;
  return ['events', 'are never written: `command` or `env` must hand over {hook:NAME} or {spool}'];
}
