// The `[agents.NAME]` tables of the configuration file.
import { z } from 'zod';
import { splitWords } from '../words.ts';

/** Stands for the conversation's id in `command` and `resume`. */
export const conversationMark = '{conversation}';

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

const mentionsConversation = (words: string[] | undefined) =>
  words?.some((word) => word.includes(conversationMark)) ?? false;

/** One agent of the person's own; every field is optional where a default makes sense. */
export const agentTableSchema = z
  .object({
    /** The program and its first arguments; `{conversation}` stands for the conversation's id. */
    command,
    /** Takes over all that is known of this CLI; a table named `claude` is like `claude` by itself. */
    like: z.enum(['claude', 'codex']).optional(),
    /** How the program gets its prompt: as last argument, pasted once it is up, or not at all. */
    prompt: z.enum(['argument', 'typed', 'none']).optional(),
    /** The program and arguments that resume `{conversation}`. */
    resume: command.optional(),
    env: z.record(z.string(), z.string()).default({}),
    description: z.string().optional(),
  })
  .refine((table) => !mentionsConversation(table.resume) || mentionsConversation(table.command), {
    path: ['resume'],
    message: 'mentions {conversation}, so `command` must hand {conversation} to the program, too',
  })
  .refine((table) => !table.like || (!table.prompt && !table.resume), {
    path: ['like'],
    message: 'settles how to prompt and resume, so `prompt` and `resume` must be left out',
  });

export type AgentTable = z.output<typeof agentTableSchema>;
/** What the configuration file may say under `[agents]`. */
export const agentTablesSchema = z.record(z.string(), agentTableSchema);
