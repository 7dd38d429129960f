// What Claude Code's record of a conversation says that its hooks don't: interrupts, and what it cost.
// It lies in ~/.claude/projects/<folder>/<conversation>.jsonl; sub-agents have files of their own.
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { AgentEvent } from './event.ts';
import { readJson } from './records.ts';

const counts = z.number().catch(0);
const common = {
  timestamp: z.string(),
  sessionId: z.string(),
  isSidechain: z.boolean().default(false),
};
const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('user'),
    ...common,
    message: z.object({ content: z.unknown() }),
  }),
  z.object({
    type: z.literal('assistant'),
    ...common,
    message: z.object({
      id: z.string(),
      model: z.string().optional(),
      usage: z.object({
        input_tokens: counts,
        cache_creation_input_tokens: counts,
        cache_read_input_tokens: counts,
        output_tokens: counts,
      }),
    }),
  }),
]);

/** Text blocks of a message that claude itself writes in the person's name. */
const interruption = z
  .array(z.object({ type: z.literal('text'), text: z.string() }))
  .refine((blocks) => blocks.some(({ text }) => /^\[Request interrupted by user/.test(text)));

const isToolResult = z.array(z.object({ type: z.literal('tool_result') }).loose()).nonempty();

/** Whether a line of the record is a prompt of the person's, later than `at` in ms since 1970. */
export function isPromptAfter(line: string, at: number): boolean {
  const parsed = lineSchema.safeParse(readJson(line));
  if (!parsed.success || parsed.data.type !== 'user' || parsed.data.isSidechain) return false;
  const { timestamp, message } = parsed.data;
  return Date.parse(timestamp) > at && !isToolResult.safeParse(message.content).success;
}

/** Reads one line; those that say nothing here are most of them. */
export function readTranscriptLine(line: unknown): AgentEvent[] {
  const parsed = lineSchema.safeParse(line);
  if (!parsed.success || parsed.data.isSidechain) return [];
  const { data } = parsed;
  const of = { at: Date.parse(data.timestamp), conversation: data.sessionId };
  if (data.type === 'user') {
    const isInterruption = interruption.safeParse(data.message.content).success;
    return isInterruption ? [{ ...of, kind: 'turn-ended', interrupted: true }] : [];
  }
  // What it makes up itself, such as the words of an error, costs nothing.
  if (data.message.model === '<synthetic>') return [];
  const { id, usage } = data.message;
  const spent = {
    input: usage.input_tokens + usage.cache_creation_input_tokens,
    output: usage.output_tokens,
    cached: usage.cache_read_input_tokens,
    cost: null,
  };
  return [{ ...of, kind: 'usage', id, usage: spent }];
}

/** Where claude keeps a conversation: by its folder's real path, everything but letters and digits as `-`. */
export async function transcriptOf(
  id: string,
  worktree: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const home = env.CLAUDE_CONFIG_DIR || join(env.HOME ?? '', '.claude');
  const folder = await realpath(worktree).catch(() => worktree);
  return join(home, 'projects', folder.replace(/[^a-zA-Z0-9]/g, '-'), `${id}.jsonl`);
}

/** Whether the transcript has a message of the person: the file alone may hold only settings. */
export async function hasFirstTurn(transcript: string): Promise<boolean> {
  const lines = createInterface({ input: createReadStream(transcript, 'utf8') });
  try {
    for await (const line of lines) if (/"type":\s*"user"/.test(line)) return true;
  } catch {
    // No transcript yet.
  } finally {
    lines.close();
  }
  return false;
}
