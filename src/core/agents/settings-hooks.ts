// The hooks that qwen and droid have in common; their names and fields are those that claude began.
// https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/hooks.md
// https://docs.factory.ai/reference/hooks-reference
import type { AgentEvent, SpoolEvent } from './event.ts';
import { subjectOf, textAt, valueAt } from './payload.ts';
import { problemOf } from './problem.ts';

/** The events to ask for; a CLI that doesn't know one leaves it out. */
export const settingsHooks = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionRequest',
  'Stop',
  'StopFailure',
  'SubagentStart',
  'SubagentStop',
] as const;

type Said = AgentEvent extends infer E ? (E extends AgentEvent ? Omit<E, 'at'> : never) : never;

/** Reads one file of the spool folder. */
export function readSettingsHook({ name, payload, at }: SpoolEvent): AgentEvent[] {
  const conversation = textAt(payload, 'session_id');
  const subAgent = textAt(payload, 'agent_id');
  const base = { at, ...(conversation && { conversation }) };
  return meaning(name, payload, subAgent).map((said) => ({ ...base, ...said }) as AgentEvent);
}

function meaning(name: string, payload: unknown, subAgent: string): Said[] {
  const of = subAgent ? { subAgent } : {};
  const call = { id: callId(payload), tool: textAt(payload, 'tool_name') };
  const text = subjectOf(valueAt(payload, 'tool_input'));
  switch (name) {
    case 'SessionStart': {
      const path = textAt(payload, 'transcript_path');
      return [{ kind: 'ready' }, ...(path ? [{ kind: 'transcript' as const, path }] : [])];
    }
    case 'UserPromptSubmit':
      return subAgent ? [] : [{ kind: 'turn-started', prompt: textAt(payload, 'prompt') }];
    case 'PreToolUse':
      return [{ kind: 'tool-started', ...call, text, ...of }];
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return [
        { kind: 'answered', id: questionId(payload) },
        { kind: 'tool-ended', id: call.id, ...of },
      ];
    case 'PermissionRequest':
      return [{ kind: 'asked', question: { id: questionId(payload), tool: call.tool, text } }];
    case 'Stop':
      return subAgent
        ? []
        : [{ kind: 'turn-ended', message: textAt(payload, 'last_assistant_message') }];
    case 'StopFailure':
      return [{ kind: 'turn-ended', problem: failure(payload) }];
    case 'SubagentStart':
      return subAgent ? [{ kind: 'sub-agent-started', id: subAgent }] : [];
    case 'SubagentStop':
      return subAgent ? [{ kind: 'sub-agent-ended', id: subAgent }] : [];
    default:
      return [];
  }
}

function callId(payload: unknown): string {
  return textAt(payload, 'tool_use_id') || questionId(payload);
}

/** Made of what is asked: the request itself names no call. */
function questionId(payload: unknown): string {
  return JSON.stringify([textAt(payload, 'tool_name'), subjectOf(valueAt(payload, 'tool_input'))]);
}

function failure(payload: unknown) {
  const words = ['error_details', 'last_assistant_message', 'error'];
  const text = words.map((key) => textAt(payload, key)).find(Boolean) ?? '';
  const kind = textAt(payload, 'error');
  if (kind === 'rate_limit') return { kind: 'rate-limit' as const, text };
  if (kind === 'authentication_failed') return { kind: 'login' as const, text };
  return problemOf(text);
}
