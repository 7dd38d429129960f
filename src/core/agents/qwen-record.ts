// Qwen's records of conversations: ~/.qwen/projects/<folder>/chats/<id>.jsonl. Seen with version 0.15.10.
// They tell all that its hooks do but for questions, and so stand in for them where a person's own hooks
// leave no room.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEvent } from './event.ts';
import { numberAt, subjectOf, textAt, timeAt, valueAt } from './payload.ts';
import { problemOf } from './problem.ts';

/** The record of the conversation; null when there is none. The id is ours, so no other one is meant. */
export async function findQwenRecord(home: string, id: string): Promise<string | null> {
  const projects = join(home, 'projects');
  for (const project of await readdir(projects).catch(() => [])) {
    const record = join(projects, project, 'chats', `${id}.jsonl`);
    if (existsSync(record)) return record;
  }
  return null;
}

/** One line of a record. */
export function readQwenRecord(line: unknown): AgentEvent[] {
  const at = timeAt(line, 'timestamp', Date.now());
  const parts = listAt(line, 'message.parts');
  const subtype = textAt(line, 'subtype');
  switch (textAt(line, 'type')) {
    case 'user':
      return subtype ? [] : [{ kind: 'turn-started', at, prompt: textOf(parts) }];
    case 'assistant':
      return [...spent(line, at), ...saidOrCalled(parts, at)];
    case 'tool_result':
      return namesIn(parts, 'functionResponse').map(({ id }) => ({ kind: 'tool-ended', at, id }));
    case 'system':
      return subtype === 'ui_telemetry' ? failure(valueAt(line, 'systemPayload.uiEvent'), at) : [];
    default:
      return [];
  }
}

/** The model calls tools until it has nothing more to do than to speak. */
function saidOrCalled(parts: unknown[], at: number): AgentEvent[] {
  const calls = namesIn(parts, 'functionCall');
  const message = textOf(parts);
  if (calls.length === 0) return message ? [{ kind: 'turn-ended', at, message }] : [];
  return calls.map(({ id, name, args }) => {
    return { kind: 'tool-started', at, id, tool: name, text: subjectOf(args) };
  });
}

function spent(line: unknown, at: number): AgentEvent[] {
  if (!valueAt(line, 'usageMetadata')) return [];
  const cached = numberAt(line, 'usageMetadata.cachedContentTokenCount');
  const input = Math.max(0, numberAt(line, 'usageMetadata.promptTokenCount') - cached);
  const output = numberAt(line, 'usageMetadata.candidatesTokenCount');
  const usage = { input, output, cached, cost: null };
  return [{ kind: 'usage', at, id: textAt(line, 'uuid'), usage }];
}

/** It tries again by itself, for more than a minute, what a service refuses for being busy. */
function failure(event: unknown, at: number): AgentEvent[] {
  const text = textAt(event, 'error_message');
  if (!text || textAt(event, 'subagent_name')) return [];
  if (/abort/i.test(textAt(event, 'error_type')))
    return [{ kind: 'turn-ended', at, interrupted: true }];
  const status = numberAt(event, 'status_code');
  const problem = problemOf(text, status || undefined);
  if (status === 429 || status >= 500) return [{ kind: 'retrying', at, problem }];
  return [{ kind: 'turn-ended', at, problem }];
}

function namesIn(parts: unknown[], kind: 'functionCall' | 'functionResponse') {
  return parts.flatMap((part) => {
    const found = valueAt(part, kind);
    if (!found) return [];
    return [{ id: textAt(found, 'id'), name: textAt(found, 'name'), args: valueAt(found, 'args') }];
  });
}

function textOf(parts: unknown[]): string {
  const said = parts.filter((part) => valueAt(part, 'thought') !== true);
  return said.map((part) => textAt(part, 'text')).join('');
}

function listAt(line: unknown, path: string): unknown[] {
  const value = valueAt(line, path);
  return Array.isArray(value) ? value : [];
}
