// Cline's CLI.
//
// Hooks are files named after their event, in one more folder that this start is told of (`--hooks-dir`).
// They don't say when it asks. By default it asks for nothing; here it does, unless it is set otherwise.
// https://docs.cline.bot/cli/cli-reference
// https://github.com/cline/cline/blob/main/sdk/examples/hooks/README.md
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import type { AgentEvent, SpoolEvent } from './event.ts';
import { hookCommand } from './hook.ts';
import { type AgentFactory, settle } from './known.ts';
import { operandOf } from './operand.ts';
import { subjectOf, textAt, valueAt } from './payload.ts';
import { problemOf } from './problem.ts';

export const clineAgent: AgentFactory = (name = 'cline', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['cline'],
    description: 'Cline',
    permissionless: ['--auto-approve=true'],
  });
  const asks = about.permissionless ? [] : ['--auto-approve=false'];
  const launch = ({ scratch, spool }: LaunchContext, ...args: string[]): Launch => ({
    file,
    args: [...first, ...asks, '--tui', '--hooks-dir', join(scratch, folder), ...args],
    env,
    files: Object.fromEntries(
      hooks.map((hook) => [`${folder}/${hook}.sh`, scriptFor(spool, hook)]),
    ),
  });
  return {
    name,
    ...about,
    start: (context) => launch(context, ...operandOf(context.prompt)),
    async resume(context) {
      return context.conversation === null ? null : launch(context, `--id=${context.conversation}`);
    },
    readEvent: readClineEvent,
  };
};

const folder = 'cline-hooks';
const hooks = [
  'TaskStart',
  'TaskResume',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'TaskComplete',
  'TaskError',
  'TaskCancel',
];

/** It wants an answer in JSON; an empty one changes nothing. */
function scriptFor(spool: string, hook: string): string {
  return `#!/bin/sh\n${hookCommand(spool, hook)}\necho '{}'\n`;
}

/** Reads one file of the spool folder. */
export function readClineEvent({ name, payload, at }: SpoolEvent): AgentEvent[] {
  const parent = textAt(payload, 'parent_agent_id');
  const subAgent = parent ? textAt(payload, 'agent_id') : '';
  const of = subAgent ? { subAgent } : {};
  const conversation = textAt(payload, 'sessionContext.rootSessionId');
  const base = { at, ...(conversation && { conversation }) };
  switch (name) {
    case 'PreToolUse': {
      const tool = textAt(payload, 'tool_call.name');
      const text = subjectOf(valueAt(payload, 'tool_call.input'));
      const id = textAt(payload, 'tool_call.id');
      return [{ ...base, kind: 'tool-started', id, tool, text, ...of }];
    }
    case 'PostToolUse':
      return [{ ...base, kind: 'tool-ended', id: textAt(payload, 'tool_result.id'), ...of }];
  }
  if (subAgent) return [];
  switch (name) {
    case 'TaskStart':
    case 'TaskResume':
      return [
        { ...base, kind: 'ready' },
        { ...base, kind: 'turn-started' },
      ];
    case 'UserPromptSubmit': {
      const prompt = textAt(payload, 'userPromptSubmit.prompt');
      return [{ ...base, kind: 'turn-started', ...(prompt && { prompt }) }];
    }
    case 'TaskComplete': {
      const message = textAt(payload, 'turn.outputText');
      return [{ ...base, kind: 'turn-ended', ...(message && { message }) }];
    }
    case 'TaskError':
      return [
        { ...base, kind: 'turn-ended', problem: problemOf(textAt(payload, 'error.message')) },
      ];
    case 'TaskCancel':
      return [{ ...base, kind: 'turn-ended', interrupted: true }];
    default:
      return [];
  }
}
