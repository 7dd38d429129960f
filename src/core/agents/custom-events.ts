// What the events of an agent of the configuration mean: `[agents.NAME.events]`.
import { z } from 'zod';
import type { AgentEvent, SpoolEvent, Usage } from './event.ts';
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
  'rate-limited',
  'login-needed',
  'sub-agent-started',
  'sub-agent-ended',
  'usage',
] as const;

const field = z.string().min(1);

/** Which fields say what one request to the model took. */
const usageTableSchema = z.strictObject({
  /** Of the request: what is said again of it replaces what was said. Without it, each event is one of its own. */
  id: field.optional(),
  input: field.optional(),
  output: field.optional(),
  cached: field.optional(),
  /** In US dollars. */
  cost: field.optional(),
  /** The tokens of `input` are all that were sent, those from a cache among them. */
  input_has_cached: z.boolean().default(false),
});
type UsageTable = z.output<typeof usageTableSchema>;

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
        /** What it took, whatever else the event means. */
        usage: usageTableSchema.optional(),
      }),
    ],
    { error: `one of ${kinds.join(', ')}, or a table with that as \`kind\`` },
  )
  .transform((value) => (typeof value === 'string' ? { kind: value } : value));
export type EventTable = z.output<typeof eventTableSchema>;

/** Why an event's table tells nothing of usage though it means to; null when it is as it should be. */
export function usageMistake({ kind, usage }: EventTable): string | null {
  if (!usage) return kind === 'usage' ? 'must say in `usage` which fields hold it' : null;
  const { input, output, cached, cost } = usage;
  if (input ?? output ?? cached ?? cost) return null;
  return 'must name in `usage` a field of `input`, `output`, `cached` or `cost`';
}

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
  // What a turn took is known before it is over.
  const spent = table.usage ? spentBy(table.usage, payload, `${name} ${at}`) : [];
  const meant = table.kind === 'usage' ? [] : [meaning(table.kind, said)];
  return [...spent, ...meant].map((event) => ({ ...base, ...event }) as AgentEvent);
}

/** `otherwise` is the request's id where the event has none: the same when its file is read again. */
function spentBy(table: UsageTable, payload: unknown, otherwise: string): Meaning[] {
  const at = (path: string | undefined): number | null => {
    const text = path === undefined ? '' : textAt(payload, path);
    const value = text === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) && value >= 0 ? value : null;
  };
  const [sent, output, cached, cost] = [table.input, table.output, table.cached, table.cost].map(
    at,
  );
  // An event may have come to its name without a request: a turn that was interrupted.
  if ([sent, output, cached, cost].every((value) => value === null)) return [];
  const read = cached ?? 0;
  const input = table.input_has_cached ? Math.max(0, (sent ?? 0) - read) : (sent ?? 0);
  const usage: Usage = { input, output: output ?? 0, cached: read, cost: cost ?? null };
  const id = (table.id && textAt(payload, table.id)) || otherwise;
  return [{ kind: 'usage', id, usage }];
}

type Meaning<E = AgentEvent> = E extends AgentEvent ? Omit<E, 'at' | 'conversation'> : never;

function meaning(
  kind: Exclude<EventTable['kind'], 'usage'>,
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
    case 'rate-limited':
      return { kind: 'turn-ended', problem: { kind: 'rate-limit', text } };
    case 'login-needed':
      return { kind: 'turn-ended', problem: { kind: 'login', text } };
    case 'sub-agent-started':
    case 'sub-agent-ended':
      return { kind, id };
  }
}

/** What an event says that is no JSON. */
function plain(payload: unknown): string {
  return typeof payload === 'string' ? payload.trim() : '';
}
