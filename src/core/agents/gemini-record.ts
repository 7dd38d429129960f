// Gemini's records of conversations: ~/.gemini/tmp/<project>/chats/session-<time>-<id's first 8>.jsonl.
// Seen with version 0.61.0. A call of a tool is written there only when it is over, and a
// message before its calls are known; so the record can't tell when a turn ends,
// but for one that was cancelled or refused.
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEvent } from './event.ts';
import { numberAt, textAt, timeAt, valueAt } from './payload.ts';
import { problemOf } from './problem.ts';
import { newestIn, readJson } from './records.ts';

/** The record of the conversation that was held in that folder; null when there is none. */
export async function findGeminiRecord(
  home: string,
  folder: string,
  id: string,
): Promise<string | null> {
  const chats = await chatsOf(home, folder);
  if (chats === null) return null;
  for (const entry of await newestIn(chats)) {
    const path = join(chats, entry);
    if (entry.endsWith(`-${id.slice(0, 8)}.jsonl`) && (await idIn(path)) === id) return path;
  }
  return null;
}

/** The newest conversation that was begun in that folder since `since`, in ms since 1970. */
export async function newestGeminiRecord(
  home: string,
  folder: string,
  since: number,
): Promise<{ id: string; path: string } | null> {
  const chats = await chatsOf(home, folder);
  if (chats === null) return null;
  for (const entry of await newestIn(chats, since)) {
    const id = await idIn(join(chats, entry));
    if (id) return { id, path: join(chats, entry) };
  }
  return null;
}

/** One line of a record. */
export function readGeminiRecord(line: unknown): AgentEvent[] {
  const at = timeAt(line, 'timestamp', Date.now());
  const content = textAt(line, 'content').trim();
  switch (textAt(line, 'type')) {
    case 'user': {
      const prompt = promptOf(line);
      return prompt ? [{ kind: 'turn-started', at, prompt }] : [];
    }
    case 'gemini':
      return [
        ...(content ? [{ kind: 'said' as const, at, message: content }] : []),
        ...spent(line, at),
      ];
    case 'error':
      return refusal(content, at);
    case 'info':
      return content === cancelled ? [{ kind: 'turn-ended', at, interrupted: true }] : [];
    default:
      return [];
  }
}

/** What it notes when the person has pressed Escape. */
const cancelled = 'Request cancelled.';

/** What the person typed, without the files that it names; a tool's result stands there as the person's word, too. */
function promptOf(line: unknown): string {
  const parts = valueAt(line, 'displayContent') ?? valueAt(line, 'content');
  return Array.isArray(parts) ? parts.map((part) => textAt(part, 'text')).join('') : '';
}

function spent(line: unknown, at: number): AgentEvent[] {
  if (!valueAt(line, 'tokens')) return [];
  const cached = numberAt(line, 'tokens.cached');
  const input = Math.max(0, numberAt(line, 'tokens.input') - cached);
  const output = numberAt(line, 'tokens.output') + numberAt(line, 'tokens.thoughts');
  const usage = { input, output, cached, cost: null };
  return [{ kind: 'usage', at, id: textAt(line, 'id'), usage }];
}

/** The service's answer, with a few words around it; other errors are those of commands, and end no turn. */
function refusal(content: string, at: number): AgentEvent[] {
  const words = /^\[API Error: ([\s\S]*?)\](?:\n|$)/.exec(content)?.[1];
  if (words === undefined) return [];
  const said = valueAt(readJson(words), 'error');
  const text = textAt(said, 'message') || words;
  const problem = problemOf(text, numberAt(said, 'code') || undefined);
  return [{ kind: 'turn-ended', at, problem }];
}

/** The folder with the records of conversations in `folder`, whose path it keeps in a file beside them. */
async function chatsOf(home: string, folder: string): Promise<string | null> {
  const real = await realpath(folder).catch(() => folder);
  const projects = join(home, 'tmp');
  for (const project of await readdir(projects).catch(() => [])) {
    const root = await readFile(join(projects, project, '.project_root'), 'utf8').catch(() => '');
    if (root.trim() === real || root.trim() === folder) return join(projects, project, 'chats');
  }
  return null;
}

async function idIn(path: string): Promise<string> {
  const [first = ''] = (await readFile(path, 'utf8').catch(() => '')).split('\n', 1);
  try {
    return textAt(JSON.parse(first), 'sessionId');
  } catch {
    return '';
  }
}
