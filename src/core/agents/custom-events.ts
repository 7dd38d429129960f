// What the events of an agent of the configuration mean: `[agents.NAME.events]`.
import { z } from 'zod';
import type { AgentEvent, SpoolEvent } from './event.ts';
import { textAt } from './payload.ts';

const kinds = [
  'ready',
  'turn-started',
  'tool-started',
  'tool-ended',
  'asked',
  'answered',
  'turn-ended',
  'turn-failed',
] as const;

const field = z.string().min(1);

/** A kind, or a kind and the fields (`a.b` is `b` of `a`) where the event says more. */
export const eventTableSchema = z
  .union(
    [
      z.enum(kinds),
      z.strictObject({
        kind: z.enum(kinds),
        /** Of the tool's call or of the question. */
        id: field.optional(),
        tool: field.optional(),
        /** What the tool works on, what is asked, the prompt, or the agent's last words. */
        text: field.optional(),
      }),
    ],
    { error: `one of ${kinds.join(', ')}, or a table with that as \`kind\`` },
  )
  .transform((value) => (typeof value === 'string' ? { kind: value } : value));
export type EventTable = z.output<typeof eventTableSchema>;

/** `conversation` is the field with the conversation's id, if events have one. */
export function readCustomEvent(
  events: Readonly<Record<string, EventTable>>,
  conversation: string | null,
  { name, payload, at }: SpoolEvent,
): AgentEvent[] {
  const table = Object.hasOwn(events, name) ? events[name] : undefined;
  if (!table) return [];
  const id = conversation === null ? '' : textAt(payload, conversation);
  const base = { at, ...(id && { conversation: id }) };
  const said = {
    id: table.id ? textAt(payload, table.id) : '',
    tool: table.tool ? textAt(payload, table.tool) : '',
    text: table.text ? textAt(payload, table.text) : plain(payload),
  };
  return [{ ...base, ...meaning(table.kind, said) } as AgentEvent];
}

type Meaning<E = AgentEvent> = E extends AgentEvent ? Omit<E, 'at' | 'conversation'> : never;

function meaning(
  kind: EventTable['kind'],
  { id, tool, text }: { id: string; tool: string; text: string },
): Meaning {
  switch (kind) {
    case 'ready':
      return { kind };
    case 'turn-started':
      return { kind, ...(text && { prompt: text }) };
    case 'tool-started':
      return { kind, id, tool, text };
    case 'tool-ended':
      return { kind, id };
    case 'asked':
      return { kind, question: { id: id || `${tool} ${text}`, tool: tool || null, text } };
    case 'answered':
      return { kind, ...(id && { id }) };
    case 'turn-ended':
      return { kind, ...(text && { message: text }) };
    case 'turn-failed':
      return { kind: 'turn-ended', problem: { kind: 'api-error', text } };
  }
}

/** What an event says that is no JSON. */
function plain(payload: unknown): string {
  return typeof payload === 'string' ? payload.trim() : '';
}
