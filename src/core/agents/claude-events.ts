// What Claude Code says of itself by its hooks: https://code.claude.com/docs/en/hooks
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AgentEvent, Problem, Question, SpoolEvent } from './event.ts';
import { hookCommand } from './hook.ts';

/** In all events; `agent_id` is there when it happens within a sub-agent. */
const common = z.object({
  session_id: z.string(),
  transcript_path: z.string().default(''),
  agent_id: z.string().optional(),
});
type Common = z.output<typeof common>;
const use = z.object({
  tool_name: z.string(),
  tool_input: z.record(z.string(), z.unknown()).catch({}),
  tool_use_id: z.string().default(''),
});
type Use = z.output<typeof use>;
const message = z.string().optional();

type Said = AgentEvent extends infer E ? (E extends AgentEvent ? Omit<E, 'at'> : never) : never;

/** A reader of one event; it throws where the payload isn't as expected, which says nothing. */
function reader<S extends z.ZodType>(
  schema: S,
  read: (payload: z.output<S>, of: Common) => Said[],
): (payload: unknown, of: Common) => Said[] {
  return (payload, of) => read(schema.parse(payload), of);
}

const ended = reader(use, (tool, { agent_id }) => [
  { kind: 'answered', id: questionId(tool) },
  { kind: 'tool-ended', id: tool.tool_use_id, ...(agent_id && { subAgent: agent_id }) },
]);

const readers: Record<string, ReturnType<typeof reader>> = {
  // After /clear and /resume it is another conversation.
  SessionStart: reader(z.unknown(), (_, { transcript_path, agent_id }) => {
    if (agent_id !== undefined) return [];
    const record: Said[] = transcript_path ? [{ kind: 'transcript', path: transcript_path }] : [];
    return [{ kind: 'ready' }, ...record];
  }),
  UserPromptSubmit: reader(z.object({ prompt: z.string() }), ({ prompt }) => [
    { kind: 'turn-started', prompt },
  ]),
  PreToolUse: reader(use, (tool, { agent_id }) => [
    {
      kind: 'tool-started',
      id: tool.tool_use_id,
      tool: tool.tool_name,
      text: textOf(tool),
      ...(agent_id && { subAgent: agent_id }),
    },
  ]),
  PostToolUse: ended,
  PostToolUseFailure: ended,
  // At once when it asks; Notification says so only six seconds later.
  PermissionRequest: reader(use, (tool) => [{ kind: 'asked', question: questionOf(tool) }]),
  PermissionDenied: reader(use, (tool) => [{ kind: 'answered', id: questionId(tool) }]),
  // Questions that no other event tells of; 'idle_prompt' and the like are no news.
  Notification: reader(z.object({ notification_type: z.string(), message: z.string() }), (said) =>
    said.notification_type === 'agent_needs_input'
      ? [{ kind: 'asked', question: { id: idOf(said.message), tool: null, text: said.message } }]
      : [],
  ),
  Elicitation: reader(z.object({ mcp_server_name: z.string(), message: z.string() }), (said) => {
    const id = idOf(['elicitation', said.mcp_server_name]);
    return [{ kind: 'asked', question: { id, tool: null, text: said.message } }];
  }),
  ElicitationResult: reader(z.object({ mcp_server_name: z.string() }), ({ mcp_server_name }) => [
    { kind: 'answered', id: idOf(['elicitation', mcp_server_name]) },
  ]),
  SubagentStart: reader(z.unknown(), (_, { agent_id }) =>
    agent_id ? [{ kind: 'sub-agent-started', id: agent_id }] : [],
  ),
  SubagentStop: reader(z.unknown(), (_, { agent_id }) =>
    agent_id ? [{ kind: 'sub-agent-ended', id: agent_id }] : [],
  ),
  Stop: reader(z.object({ last_assistant_message: message }), (said, { agent_id }) =>
    agent_id ? [] : [{ kind: 'turn-ended', message: said.last_assistant_message ?? '' }],
  ),
  StopFailure: reader(z.object({ error: z.string(), last_assistant_message: message }), (said) => [
    { kind: 'turn-ended', problem: problemOf(said.error, said.last_assistant_message) },
  ]),
};

/** The settings by which it tells all this, for `--settings`. */
export function hookSettings(spool: string): Record<string, unknown> {
  const hooks = Object.keys(readers).map((name) => {
    return [name, [{ hooks: [{ type: 'command', command: hookCommand(spool, name) }] }]];
  });
  return { hooks: Object.fromEntries(hooks) };
}

/** Reads one file of the spool folder; what isn't as expected says nothing. */
export function readHook({ name, payload, at }: SpoolEvent): AgentEvent[] {
  const of = common.safeParse(payload);
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (!of.success || !read) return [];
  const conversation = of.data.session_id;
  try {
    return read(payload, of.data).map((said) => ({ at, conversation, ...said }) as AgentEvent);
  } catch (error) {
    if (error instanceof z.ZodError) return [];
    throw error;
  }
}

const problems: Record<string, Problem['kind']> = {
  rate_limit: 'rate-limit',
  authentication_failed: 'login',
  oauth_org_not_allowed: 'login',
  account_on_hold: 'login',
  verification_required: 'login',
  cloud_credential_error: 'login',
};

/** By the names that StopFailure and the transcript have for it. */
export function problemOf(error: string, words: string | undefined): Problem {
  return { kind: problems[error] ?? 'api-error', text: words || error };
}

const inWords = 'AskUserQuestion';
/** Shows its plan, and what the person may say to it: yes comes with a mode, so that no key stands for it. */
const aPlan = 'ExitPlanMode';
const asked = z.object({ questions: z.array(z.object({ question: z.string() })) });

function questionOf(tool: Use): Question {
  const id = questionId(tool);
  const isForLeave = tool.tool_name !== inWords && tool.tool_name !== aPlan;
  return { id, tool: isForLeave ? tool.tool_name : null, text: textOf(tool) };
}

/** The request has no id of the tool's use. A question comes back with its answers, so these don't count. */
function questionId({ tool_name, tool_input }: Use): string {
  return idOf([tool_name, tool_name === inWords ? tool_input.questions : tool_input]);
}

function idOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

/** What the tool works on, by the field of its input that says it best. */
const telling = [
  ...['command', 'file_path', 'notebook_path', 'url', 'query', 'pattern', 'description'],
  'plan',
];

function textOf({ tool_name, tool_input }: Use): string {
  const questions = tool_name === inWords ? asked.safeParse(tool_input) : null;
  if (questions?.success) return questions.data.questions.map((one) => one.question).join('\n');
  const field = telling.find((name) => typeof tool_input[name] === 'string');
  if (field !== undefined) return String(tool_input[field]);
  const input = JSON.stringify(tool_input);
  return input === '{}' ? '' : input;
}
