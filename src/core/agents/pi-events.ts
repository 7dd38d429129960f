// What pi says of itself: the events that src/inside/pi.ts writes from inside it.
import { z } from 'zod';
import type { AgentEvent, SpoolEvent } from './event.ts';
import { problemOf } from './problem.ts';
import { readJson } from './records.ts';

const promptLine = z.object({
  type: z.literal('message'),
  timestamp: z.string(),
  message: z.object({ role: z.literal('user') }),
});

/** Whether a line of pi's record is a prompt, later than `at` in ms since 1970. */
export function isPiPromptAfter(line: string, at: number): boolean {
  const parsed = promptLine.safeParse(readJson(line));
  return parsed.success && Date.parse(parsed.data.timestamp) > at;
}

const id = z.string();
/** The path of the conversation's record; pi may have been told to keep none. */
const of = { conversation: z.string().optional() };
const errorMessage = z.string().default('');

const payloads = {
  'session-start': z.object(of),
  'agent-start': z.object(of),
  prompt: z.object({ ...of, text: z.string() }),
  tool: z.object({
    ...of,
    id,
    tool: z.string(),
    input: z.record(z.string(), z.string()).default({}),
  }),
  'tool-end': z.object({ ...of, id }),
  usage: z.object({
    ...of,
    id,
    usage: z.object({
      input: z.number(),
      output: z.number(),
      cacheRead: z.number().default(0),
      cacheWrite: z.number().default(0),
      cost: z.object({ total: z.number() }).optional(),
    }),
  }),
  retry: z.object({ ...of, errorMessage }),
  'agent-end': z.object({
    ...of,
    stopReason: z.string().optional(),
    errorMessage,
    text: z.string().default(''),
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

const readers: { [N in Name]: (payload: Payload<N>) => Said } = {
  'session-start': () => ({ kind: 'ready' }),
  'agent-start': () => ({ kind: 'turn-started' }),
  prompt: ({ text }) => ({ kind: 'turn-started', prompt: text }),
  tool: ({ id, tool, input }) => ({
    kind: 'tool-started',
    id,
    tool,
    text: input.command ?? input.path ?? input.pattern ?? '',
  }),
  'tool-end': ({ id }) => ({ kind: 'tool-ended', id }),
  usage: ({ id, usage: { input, output, cacheRead, cacheWrite, cost } }) => ({
    kind: 'usage',
    id,
    usage: { input: input + cacheWrite, output, cached: cacheRead, cost: cost?.total ?? null },
  }),
  retry: (payload) => ({ kind: 'retrying', problem: problemOf(payload.errorMessage) }),
  'agent-end': ({ stopReason, errorMessage, text }) => {
    if (stopReason === 'aborted') return { kind: 'turn-ended', interrupted: true };
    if (stopReason !== 'error') return { kind: 'turn-ended', message: text };
    return { kind: 'turn-ended', problem: problemOf(errorMessage || 'an error') };
  },
};

/** Reads one of the extension's events; what it doesn't know or can't read says nothing. */
export function readPiEvent({ name, payload, at }: SpoolEvent): AgentEvent[] {
  return Object.hasOwn(payloads, name) ? read(name as Name, payload, at) : [];
}

function read<N extends Name>(name: N, payload: unknown, at: number): AgentEvent[] {
  const parsed = payloads[name].safeParse(payload);
  if (!parsed.success) return [];
  const { conversation } = parsed.data;
  const said = readers[name](parsed.data as Payload<N>);
  return [{ at, ...(conversation && { conversation }), ...said } as AgentEvent];
}
