// A stand-in for the model on 127.0.0.1: the protocols of model/, streamed, by a script.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chat } from './model/chat.ts';
import { gemini, geminiWhole } from './model/gemini.ts';
import { messages } from './model/messages.ts';
import type { Failure, Reply, Said } from './model/reply.ts';
import { responses } from './model/responses.ts';

export type { Reply } from './model/reply.ts';

const protocols = [messages, responses, chat, gemini, geminiWhole];

export interface ModelRequest {
  path: string;
  /** The body, as it came. */
  body: Record<string, unknown>;
  /** The whole body as text, to look for what was sent. */
  text: string;
  /** Claude names conversations and the like with small requests of their own; those have no tools. */
  isTurn: boolean;
  /** When the answer began to be sent, in ms since 1970; null before. */
  answeredAt: number | null;
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
      if (!response.headersSent) response.writeHead(500);
      response.end(error.message);
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const text = await bodyOf(request);
    const protocol = protocols.find(({ ending }) => path.endsWith(ending));
    if (request.method !== 'POST' || !protocol) {
      sendJson(response, request.method === 'POST' ? 200 : 404, { input_tokens: 1 });
      return;
    }
    const body = JSON.parse(text) as Record<string, unknown>;
    const tools = Array.isArray(body.tools) ? body.tools.length : 0;
    const known: ModelRequest = { path, body, text, isTurn: tools > 0, answeredAt: null };
    requests.push(known);
    const reply: Reply = known.isTurn
      ? script(known, turns().length - 1)
      : { kind: 'text', text: '{"title": "A small task"}' };
    const last = lastOf(reply);
    if (last.kind !== 'error') response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let one = reply; one.kind === 'held'; one = one.next) await one.release;
    known.answeredAt = Date.now();
    if (last.kind === 'error') {
      sendJson(response, last.status, protocol.refuse(last), last.headers);
      return;
    }
    for (const piece of protocol.stream(last)) response.write(piece);
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

/** What is said in the end, however long it is held. */
function lastOf(reply: Reply): Said | Failure {
  return reply.kind === 'held' ? lastOf(reply.next) : reply;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sendJson(
  response: ServerResponse,
  code: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const all = { 'content-type': 'application/json', ...headers };
  response.writeHead(code, all).end(JSON.stringify(value));
}
