// What opencode says of itself: the events that src/inside/opencode.ts writes from inside it.
import { z } from 'zod';
import type { AgentEvent, SpoolEvent } from './event.ts';
import { problemOf } from './problem.ts';

const id = z.string();
const words = z.record(z.string(), z.string()).default({});
const count = z.number().default(0);
/** `conversation` is the main one; `subAgent` the one that it happened in, if that is another. */
const of = { conversation: z.string(), subAgent: z.string().optional() };

const payloads = {
  busy: z.object({ ...of, prompt: z.string().optional() }),
  idle: z.object({ ...of, text: z.string().default('') }),
  tool: z.object({ ...of, id, tool: z.string(), input: words }),
  'tool-end': z.object({ ...of, id }),
  permission: z.object({
    ...of,
    id,
    permission: z.string(),
    patterns: z.array(z.string()).default([]),
    metadata: words,
  }),
  question: z.object({ ...of, id, text: z.string() }),
  answer: z.object({ ...of, id }),
  retry: z.object({ ...of, message: z.string().default('') }),
  resumed: z.object(of),
  error: z.object({
    ...of,
    name: z.string(),
    message: z.string().default(''),
    statusCode: z.number().optional(),
  }),
  usage: z.object({
    ...of,
    id,
    tokens: z.object({
      input: count,
      output: count,
      reasoning: count,
      cache: z.object({ read: count, write: count }),
    }),
    cost: z.number().optional(),
  }),
};
type Name = keyof typeof payloads;
type Payload<N extends Name> = z.output<(typeof payloads)[N]>;
/** Without time and conversation. */
type Said = AgentEvent extends infer E
  ? E extends E
    ? Omit<E, 'at' | 'conversation'>
    : never
  : never;

/** How each is told; `[]` where it is nobody's concern. */
const readers: { [N in Name]: (payload: Payload<N>) => Said[] } = {
  // The person may have begun another conversation: then this one is the session's from now on.
  busy: ({ subAgent, prompt }) => {
    if (subAgent) return [{ kind: 'sub-agent-started', id: subAgent }];
    return [{ kind: 'ready' }, { kind: 'turn-started', ...(prompt !== undefined && { prompt }) }];
  },
  idle: ({ subAgent, text }) => {
    if (subAgent) return [{ kind: 'sub-agent-ended', id: subAgent }];
    return [{ kind: 'turn-ended', message: text }];
  },
  tool: ({ subAgent, id, tool, input }) => [
    { kind: 'tool-started', id, tool, text: textOf(input), ...(subAgent && { subAgent }) },
  ],
  'tool-end': ({ subAgent, id }) => [{ kind: 'tool-ended', id, ...(subAgent && { subAgent }) }],
  permission: ({ id, permission, patterns, metadata }) => {
    const text = textOf(metadata) || patterns.join(' ');
    return [{ kind: 'asked', question: { id, tool: permission, text } }];
  },
  question: ({ id, text }) => [{ kind: 'asked', question: { id, tool: null, text } }],
  answer: ({ id }) => [{ kind: 'answered', id }],
  retry: ({ subAgent, message }) => {
    return subAgent ? [] : [{ kind: 'retrying', problem: problemOf(message) }];
  },
  resumed: ({ subAgent }) => (subAgent ? [] : [{ kind: 'turn-started' }]),
  error: ({ subAgent, name, message, statusCode }) => {
    // The task that the sub-agent was for tells the main one.
    if (subAgent) return [];
    if (name === 'MessageAbortedError') return [{ kind: 'turn-ended', interrupted: true }];
    const text = message || name;
    const isLogin = name === 'ProviderAuthError';
    const problem = isLogin ? { kind: 'login' as const, text } : problemOf(text, statusCode);
    return [{ kind: 'turn-ended', problem }];
  },
  usage: ({ id, tokens: { input, output, reasoning, cache }, cost = null }) => {
    const usage = { input: input + cache.write, output: output + reasoning, cached: cache.read };
    return [{ kind: 'usage', id, usage: { ...usage, cost } }];
  },
};

/** Reads one of the plugin's events; what it doesn't know or can't read says nothing. */
export function readOpencodeEvent({ name, payload, at }: SpoolEvent): AgentEvent[] {
  if (name === 'ready') return [{ at, kind: 'ready' }];
  return Object.hasOwn(payloads, name) ? read(name as Name, payload, at) : [];
}

function read<N extends Name>(name: N, payload: unknown, at: number): AgentEvent[] {
  const parsed = payloads[name].safeParse(payload);
  if (!parsed.success) return [];
  const { conversation } = parsed.data;
  const said = readers[name](parsed.data as Payload<N>);
  return said.map((one) => ({ at, conversation, ...one }) as AgentEvent);
}

/** What a tool works on, by the names that opencode's tools have for it. */
function textOf(input: Record<string, string>): string {
  const names = [
    'command',
    'filePath',
    'filepath',
    'path',
    'pattern',
    'url',
    'query',
    'description',
  ];
  return names.map((name) => input[name]).find((value) => value) ?? '';
}
