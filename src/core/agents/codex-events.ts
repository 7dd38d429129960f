// What Codex says of itself: by its hooks, and in its record of the conversation what they leave out.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AgentEvent, Problem, SpoolEvent } from './event.ts';

/** The hooks that `readHook` reads. */
export const hookNames = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'Interrupt',
  'SubagentStart',
  'SubagentStop',
  'Stop',
] as const;

/** `agent_id` is there when it happens within a sub-agent. */
const payloadSchema = z.object({
  session_id: z.string(),
  transcript_path: z.string().nullish(),
  agent_id: z.string().optional(),
  prompt: z.string().optional(),
  tool_name: z.string().default(''),
  tool_input: z.record(z.string(), z.unknown()).catch({}),
  tool_use_id: z.string().default(''),
  last_assistant_message: z.string().nullish(),
});
type Payload = z.output<typeof payloadSchema>;

/** Reads one file of the spool folder; what isn't as expected says nothing. */
export function readHook({ name, payload, at }: SpoolEvent): AgentEvent[] {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return [];
  const said = parsed.data;
  const of = { at, conversation: said.session_id };
  const subAgent = said.agent_id && { subAgent: said.agent_id };
  switch (name as (typeof hookNames)[number]) {
    case 'SessionStart': {
      // It comes with the first turn, also of a conversation that the person chose in it.
      if (subAgent) return [];
      const path = said.transcript_path;
      return [
        { ...of, kind: 'ready' },
        ...(path ? [{ ...of, kind: 'transcript' as const, path }] : []),
      ];
    }
    case 'UserPromptSubmit':
      if (subAgent) return [];
      return [{ ...of, kind: 'turn-started', ...(said.prompt && { prompt: said.prompt }) }];
    case 'PreToolUse':
      return [
        {
          ...of,
          kind: 'tool-started',
          id: said.tool_use_id,
          tool: said.tool_name,
          text: textOf(said),
          ...subAgent,
        },
      ];
    case 'PermissionRequest': {
      const question = { id: questionId(said), tool: said.tool_name, text: textOf(said) };
      return [{ ...of, kind: 'asked', question }];
    }
    case 'PostToolUse':
      return [
        { ...of, kind: 'answered', id: questionId(said) },
        { ...of, kind: 'tool-ended', id: said.tool_use_id, ...subAgent },
      ];
    case 'Interrupt':
      return subAgent ? [] : [{ ...of, kind: 'turn-ended', interrupted: true }];
    case 'SubagentStart':
      return said.agent_id ? [{ ...of, kind: 'sub-agent-started', id: said.agent_id }] : [];
    case 'SubagentStop':
      return said.agent_id ? [{ ...of, kind: 'sub-agent-ended', id: said.agent_id }] : [];
    case 'Stop':
      if (subAgent) return [];
      return [{ ...of, kind: 'turn-ended', message: said.last_assistant_message ?? '' }];
    default:
      return [];
  }
}

/** The request has no id of the tool's use, and a reason that the use hasn't. */
function questionId({ tool_name, tool_input: { description: _, ...input } }: Payload): string {
  const content = JSON.stringify([tool_name, input]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

function textOf({ tool_input }: Payload): string {
  const { command } = tool_input;
  if (typeof command === 'string') return command;
  const input = JSON.stringify(tool_input);
  return input === '{}' ? '' : input;
}

const counts = z.number().catch(0);
const lineSchema = z.union([
  z.object({
    timestamp: z.string(),
    type: z.literal('event_msg'),
    payload: z.object({
      type: z.literal('task_complete'),
      error: z.object({ message: z.string(), codex_error_info: z.unknown() }),
    }),
  }),
  z.object({
    timestamp: z.string(),
    type: z.literal('token_usage_record'),
    payload: z.object({
      thread_id: z.string(),
      response_id: z.string(),
      usage: z.object({
        input_tokens: counts,
        cached_input_tokens: counts,
        output_tokens: counts,
      }),
    }),
  }),
]);

/** Reads one line of the rollout: turns that failed, for which there is no hook, and tokens. */
export function readRolloutLine(line: unknown): AgentEvent[] {
  const parsed = lineSchema.safeParse(line);
  if (!parsed.success) return [];
  const { data } = parsed;
  const at = Date.parse(data.timestamp);
  if (data.type === 'event_msg') {
    return [{ at, kind: 'turn-ended', problem: problemOf(data.payload.error) }];
  }
  const { thread_id, response_id, usage } = data.payload;
  const spent = {
    input: usage.input_tokens - usage.cached_input_tokens,
    output: usage.output_tokens,
    cached: usage.cached_input_tokens,
    cost: null,
  };
  return [{ at, conversation: thread_id, kind: 'usage', id: response_id, usage: spent }];
}

function problemOf(error: { message: string; codex_error_info: unknown }): Problem {
  const info = JSON.stringify(error.codex_error_info ?? '');
  const kind = /limit_exceeded|\b429\b/.test(info)
    ? 'rate-limit'
    : /unauthorized|\b401\b/.test(info)
      ? 'login'
      : 'api-error';
  return { kind, text: error.message };
}
