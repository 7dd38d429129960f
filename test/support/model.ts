// A stand-in for the model on 127.0.0.1: Anthropic Messages and OpenAI Responses, streamed, by a script.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model says to a request. */
export type Reply =
  | { kind: 'text'; text: string }
  | { kind: 'tool'; name: string; input: Record<string, unknown> }
  /** Says nothing until `release` resolves, then `next`. */
  | { kind: 'held'; release: Promise<void>; next: Reply };

export interface ModelRequest {
  path: string;
  /** The body, as it came. */
  body: Record<string, unknown>;
  /** The whole body as text, to look for what was sent. */
  text: string;
  /** Claude names conversations and the like with small requests of their own; those have no tools. */
  isTurn: boolean;
}

export interface Model {
  /** Without a slash at the end. */
  url: string;
  requests: ModelRequest[];
  /** Only the turns of the conversation itself. */
  turns(): ModelRequest[];
  close(): Promise<void>;
}

/** Starts it on a free port. `script` answers each turn; other requests get a short text. */
export async function startModel(
  script: (request: ModelRequest, index: number) => Reply,
): Promise<Model> {
  const requests: ModelRequest[] = [];
  const turns = () => requests.filter(({ isTurn }) => isTurn);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      response.writeHead(500).end(error.message);
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const text = await bodyOf(request);
    const speak = streams.find(({ ending }) => path.endsWith(ending))?.speak;
    if (request.method !== 'POST' || !speak) {
      sendJson(response, request.method === 'POST' ? 200 : 404, { input_tokens: 1 });
      return;
    }
    const body = JSON.parse(text) as Record<string, unknown>;
    const tools = Array.isArray(body.tools) ? body.tools.length : 0;
    const known = { path, body, text, isTurn: tools > 0 };
    requests.push(known);
    let reply: Reply = known.isTurn
      ? script(known, turns().length - 1)
      : { kind: 'text', text: '{"title": "A small task"}' };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    while (reply.kind === 'held') {
      await reply.release;
      reply = reply.next;
    }
    for (const event of speak(reply)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    turns,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface StreamEvent {
  type: string;
  [field: string]: unknown;
}
type Said = Exclude<Reply, { kind: 'held' }>;
let counter = 0;

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming */
function messages(reply: Said): StreamEvent[] {
  counter += 1;
  const isText = reply.kind === 'text';
  const block = isText
    ? { type: 'text', text: '' }
    : { type: 'tool_use', id: `toolu_${counter}`, name: reply.name, input: {} };
  const delta = isText
    ? { type: 'text_delta', text: reply.text }
    : { type: 'input_json_delta', partial_json: JSON.stringify(reply.input) };
  const message = {
    id: `msg_${counter}`,
    type: 'message',
    role: 'assistant',
    model: 'stand-in',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: isText ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: 1 },
    },
    { type: 'message_stop' },
  ];
}

/** https://platform.openai.com/docs/api-reference/responses-streaming */
function responses(reply: Said): StreamEvent[] {
  counter += 1;
  const id = `resp_${counter}`;
  const item =
    reply.kind === 'text'
      ? {
          type: 'message',
          role: 'assistant',
          id: `item_${counter}`,
          content: [{ type: 'output_text', text: reply.text, annotations: [] }],
        }
      : {
          type: 'function_call',
          id: `item_${counter}`,
          call_id: `call_${counter}`,
          name: reply.name,
          arguments: JSON.stringify(reply.input),
        };
  const usage = {
    input_tokens: 1,
    input_tokens_details: null,
    output_tokens: 1,
    output_tokens_details: null,
    total_tokens: 2,
  };
  return [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id, usage, output: [item] } },
  ];
}

const streams = [
  { ending: '/v1/messages', speak: messages },
  { ending: '/responses', speak: responses },
];

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sendJson(response: ServerResponse, code: number, value: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
