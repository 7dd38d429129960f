// What Copilot says of itself: by hooks, and in its record of the conversation, where each line is an event.
// https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-hooks-reference
// The record's events were seen with version 1.0.102; their schema comes with it.
import type { AgentEvent, SpoolEvent } from './event.ts';
import { numberAt, subjectOf, textAt, timeAt, valueAt } from './payload.ts';
import { problemOf } from './problem.ts';

/** The record tells the rest, but not that a turn is over; and it is found only a moment later. */
export const copilotHooks = ['sessionStart', 'userPromptSubmitted', 'agentStop'] as const;

/** A long paste is kept in a file, and named in its place: then the prompt isn't what was sent. */
const pasteFile = /<pasted_content file="[^"]*"/;

/** Reads one file of the spool folder. */
export function readCopilotHook({ name, payload, at }: SpoolEvent): AgentEvent[] {
  const conversation = textAt(payload, 'sessionId');
  const base = { at, ...(conversation && { conversation }) };
  switch (name) {
    case 'sessionStart':
      return [{ ...base, kind: 'ready' }];
    case 'userPromptSubmitted': {
      const prompt = textAt(payload, 'prompt');
      return [{ ...base, kind: 'turn-started', ...(!pasteFile.test(prompt) && { prompt }) }];
    }
    case 'agentStop': {
      const path = textAt(payload, 'transcriptPath');
      const record: AgentEvent[] = path ? [{ ...base, kind: 'transcript', path }] : [];
      return [...record, { ...base, kind: 'turn-ended' }];
    }
    default:
      return [];
  }
}

/** Reads one line of the record. */
export function readCopilotRecord(line: unknown): AgentEvent[] {
  const at = timeAt(line, 'timestamp', Date.now());
  const data = valueAt(line, 'data');
  // Of a sub-agent's own events, only its tools are news.
  const parent = textAt(data, 'parentToolCallId');
  switch (textAt(line, 'type')) {
    case 'tool.execution_start':
      if (textAt(data, 'toolName') === 'ask_user')
        return [{ kind: 'asked', at, question: wordsOf(data) }];
      return [
        {
          kind: 'tool-started',
          at,
          id: textAt(data, 'toolCallId'),
          tool: textAt(data, 'toolName'),
          text: subjectOf(valueAt(data, 'arguments')),
          ...(parent && { subAgent: parent }),
        },
      ];
    case 'tool.execution_complete': {
      const id = textAt(data, 'toolCallId');
      return [{ kind: 'tool-ended', at, id, ...(parent && { subAgent: parent }) }];
    }
    case 'permission.requested':
      return [{ kind: 'asked', at, question: questionOf(data) }];
    case 'permission.completed':
      return [{ kind: 'answered', at, id: textAt(data, 'requestId') }];
    case 'assistant.message': {
      const message = textAt(data, 'content').trim();
      return message && !parent ? [{ kind: 'said', at, message }] : [];
    }
    case 'session.usage_record':
      return [{ kind: 'usage', at, id: textAt(line, 'id'), usage: usageOf(data) }];
    case 'session.error': {
      const problem = problemOf(textAt(data, 'message'), numberAt(data, 'statusCode') || undefined);
      return [{ kind: 'turn-ended', at, problem }];
    }
    case 'abort':
      return [{ kind: 'turn-ended', at, interrupted: true }];
    case 'subagent.started':
      return [{ kind: 'sub-agent-started', at, id: textAt(data, 'toolCallId') }];
    case 'subagent.completed':
    case 'subagent.failed':
      return [{ kind: 'sub-agent-ended', at, id: textAt(data, 'toolCallId') }];
    default:
      return [];
  }
}

function questionOf(data: unknown) {
  const request = valueAt(data, 'permissionRequest');
  const fields = ['fullCommandText', 'path', 'fileName', 'url', 'toolName', 'intention'];
  const text = fields.map((field) => textAt(request, field)).find(Boolean) ?? '';
  return { id: textAt(data, 'requestId'), tool: textAt(request, 'kind') || null, text };
}

/** It asks in words by a tool, which is over when it is answered. */
function wordsOf(data: unknown) {
  const asked = valueAt(data, 'arguments');
  const text = textAt(asked, 'message') || textAt(asked, 'question');
  return { id: textAt(data, 'toolCallId'), tool: null, text };
}

function usageOf(data: unknown) {
  const cached = numberAt(data, 'usage.cacheReadTokens');
  const input = Math.max(0, numberAt(data, 'usage.inputTokens') - cached);
  // What it calls the cost is counted in requests, not in money.
  return { input, output: numberAt(data, 'usage.outputTokens'), cached, cost: null };
}
