// What the built-in demo agent says of itself: one file an event in its spool folder.
import { z } from 'zod';
import type { AgentEvent, SpoolEvent } from './event.ts';

const id = z.string();
const of = { conversation: z.string() };

/** The payload of each event, by its name; `conversation` is the demo agent's own. */
const payloads = {
  ready: z.object(of),
  'turn-started': z.object({ ...of, prompt: z.string() }),
  'tool-started': z.object({ ...of, id, tool: z.string(), text: z.string() }),
  'tool-ended': z.object({ ...of, id }),
  asked: z.object({ ...of, question: z.object({ id, tool: z.string(), text: z.string() }) }),
  answered: z.object({ ...of, id }),
  usage: z.object({
    ...of,
    id,
    usage: z.object({ input: z.int(), output: z.int(), cached: z.int(), cost: z.null() }),
  }),
  'turn-ended': z.object({
    ...of,
    message: z.string().optional(),
    interrupted: z.boolean().optional(),
    problem: z.object({ kind: z.literal('rate-limit'), text: z.string() }).optional(),
  }),
};
type Payloads = typeof payloads;

/** What the demo agent says, without the conversation, which the writer adds. */
export type DemoEvent = {
  [K in keyof Payloads]: { kind: K } & Omit<z.output<Payloads[K]>, 'conversation'>;
}[keyof Payloads];

/** Reads one of its files; what it doesn't know or can't read says nothing. */
export function readDemoEvent({ name, payload, at }: SpoolEvent): AgentEvent[] {
  const schema = Object.hasOwn(payloads, name) ? payloads[name as keyof Payloads] : null;
  const parsed = schema?.safeParse(payload);
  return parsed?.success ? [{ at, kind: name, ...parsed.data } as AgentEvent] : [];
}
