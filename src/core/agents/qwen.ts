// Qwen Code. Facts here were seen with version 0.15.10.
//
// Its hooks come with the lowest layer of its settings. Versions before 0.16 read hooks from there only if
// the person's own settings have none.
// https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/hooks.md
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import type { AgentEvent } from './event.ts';
import { hookTable } from './hook-table.ts';
import { type AgentFactory, settle } from './known.ts';
import { type Layers, layered } from './layers.ts';
import { numberAt, textAt, timeAt, valueAt } from './payload.ts';
import { hasLine } from './records.ts';
import { readSettingsHook, settingsHooks } from './settings-hooks.ts';

const layers: Layers = {
  prefix: 'QWEN_CODE',
  system: '/etc/qwen-code/settings.json',
  home: (env) => env.QWEN_HOME || join(env.HOME || '', '.qwen'),
};

export const qwenAgent: AgentFactory = (name = 'qwen', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['qwen'],
    description: 'Qwen Code, by Alibaba',
    permissionless: ['--approval-mode=yolo'],
  });
  const launch = (context: LaunchContext, ...args: string[]): Launch => {
    const known = { ...context, env: { ...context.env, ...env } };
    const ours = layered(layers, hookTable(context.spool, settingsHooks), known);
    return { file, args: [...first, ...args], env: { ...env, ...ours.env }, files: ours.files };
  };
  return {
    name,
    ...about,
    says: ['questions', 'usage'],
    answers: { allow: '\r', deny: '\x1b' },
    newConversation: () => randomUUID(),
    start: (context) => {
      const { prompt, conversation } = context;
      const id = conversation === null ? [] : ['--session-id', conversation];
      return launch(context, ...id, ...(prompt === '' ? [] : [`--prompt-interactive=${prompt}`]));
    },
    async resume(context) {
      if (context.conversation === null) return null;
      const home = layers.home({ ...context.env, ...env });
      const spoken = await hasFirstTurn(home, context.conversation);
      return spoken ? launch(context, '--resume', context.conversation) : null;
    },
    readEvent: readSettingsHook,
    readTranscript: readQwenRecord,
  };
};

/** Records are ~/.qwen/projects/<folder>/chats/<id>.jsonl; the id is ours, so no other one is meant. */
async function hasFirstTurn(home: string, id: string): Promise<boolean> {
  const projects = join(home, 'projects');
  for (const project of await readdir(projects).catch(() => [])) {
    const record = join(projects, project, 'chats', `${id}.jsonl`);
    if (await hasLine(record, (line) => line.includes('"type":"user"'))) return true;
  }
  return false;
}

/** One line of the record: what a request to the model cost. */
export function readQwenRecord(line: unknown): AgentEvent[] {
  if (textAt(line, 'type') !== 'assistant' || !valueAt(line, 'usageMetadata')) return [];
  const cached = numberAt(line, 'usageMetadata.cachedContentTokenCount');
  const input = Math.max(0, numberAt(line, 'usageMetadata.promptTokenCount') - cached);
  const output = numberAt(line, 'usageMetadata.candidatesTokenCount');
  const at = timeAt(line, 'timestamp', Date.now());
  const usage = { input, output, cached, cost: null };
  return [{ kind: 'usage', at, id: textAt(line, 'uuid'), usage }];
}
