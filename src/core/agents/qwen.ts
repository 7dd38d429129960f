// Qwen Code. Facts here were seen with version 0.15.10.
//
// Its hooks come with the lowest layer of its settings. Versions before 0.16 read hooks from there only if
// the person's own settings have none; then its record of the conversation has to do.
// https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/hooks.md
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import type { AgentEvent, SpoolEvent } from './event.ts';
import { hookTable } from './hook-table.ts';
import { type AgentFactory, settle } from './known.ts';
import { type Layers, layered } from './layers.ts';
import { textAt, timeAt } from './payload.ts';
import { findQwenRecord, readQwenRecord } from './qwen-record.ts';
import { hasLine } from './records.ts';
import { readSettingsHook, settingsHooks } from './settings-hooks.ts';

const layers: Layers = {
  prefix: 'QWEN_CODE',
  system: '/etc/qwen-code/settings.json',
  home: (env) => env.QWEN_HOME || join(env.HOME || '', '.qwen'),
};

const hooks = [...settingsHooks, 'Notification'];

export const qwenAgent: AgentFactory = (name = 'qwen', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['qwen'],
    description: 'Qwen Code, by Alibaba',
    permissionless: ['--approval-mode=yolo'],
  });
  const launch = (context: LaunchContext, ...args: string[]): Launch => {
    const known = { ...context, env: { ...context.env, ...env } };
    const ours = layered(layers, hookTable(context.spool, hooks), known);
    return { file, args: [...first, ...args], env: { ...env, ...ours.env }, files: ours.files };
  };
  const recordOf = (id: string, context: LaunchContext) =>
    findQwenRecord(layers.home({ ...context.env, ...env }), id);
  return {
    name,
    ...about,
    says: ['questions', 'usage'],
    answers: { allow: '1', deny: '\x1b', dialog: /1\. Yes, allow once/ },
    newConversation: () => randomUUID(),
    start: (context) => {
      const { prompt, conversation } = context;
      const id = conversation === null ? [] : ['--session-id', conversation];
      return launch(context, ...id, ...(prompt === '' ? [] : [`--prompt-interactive=${prompt}`]));
    },
    async resume(context) {
      if (context.conversation === null) return null;
      const record = await recordOf(context.conversation, context);
      const spoken = record !== null && (await hasLine(record, isPrompt));
      return spoken ? launch(context, '--resume', context.conversation) : null;
    },
    async findTranscript(context) {
      return context.conversation === null ? null : recordOf(context.conversation, context);
    },
    readEvent: readQwenHook,
    readTranscript: readQwenRecord,
  };
};

function isPrompt(line: string): boolean {
  return line.includes('"type":"user"');
}

/** Reads one file of the spool folder. An interrupted turn runs no hook but the notice that it rests. */
export function readQwenHook(event: SpoolEvent): AgentEvent[] {
  const { name, payload } = event;
  if (name !== 'Notification') return readSettingsHook(event).filter(isNews);
  if (textAt(payload, 'notification_type') !== 'idle_prompt') return [];
  const conversation = textAt(payload, 'session_id');
  // It waits for nobody, so that it may be written when the next turn has begun.
  const at = timeAt(payload, 'timestamp', event.at);
  return [{ kind: 'rests', at, ...(conversation && { conversation }) }];
}

/** It says that it goes on after a tool as it says that a turn begins, with an empty prompt. */
function isNews(said: AgentEvent): boolean {
  return said.kind !== 'turn-started' || said.prompt !== '';
}
