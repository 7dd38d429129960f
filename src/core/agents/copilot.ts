// GitHub's Copilot CLI. Facts here were seen with version 1.0.102.
//
// Hooks come with a plugin that only this start is told of (`--plugin-dir`); the rest stands in its record
// of the conversation. Trust in a repository holds for its worktrees, it says.
// https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-hooks-reference
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import { copilotHooks, readCopilotHook, readCopilotRecord } from './copilot-events.ts';
import { hookCommand } from './hook.ts';
import { type AgentFactory, settle } from './known.ts';
import { hasLine } from './records.ts';

export const copilotAgent: AgentFactory = (name = 'copilot', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['copilot'],
    description: 'Copilot CLI, by GitHub',
    permissionless: ['--allow-all'],
  });
  const launch = ({ scratch, spool }: LaunchContext, ...args: string[]): Launch => ({
    file,
    args: [...first, '--plugin-dir', join(scratch, 'copilot-plugin'), ...args],
    env,
    files: {
      'copilot-plugin/plugin.json': JSON.stringify(manifest),
      'copilot-plugin/hooks/hooks.json': JSON.stringify(hooksFile(spool)),
    },
  });
  const recordOf = (id: string, context: LaunchContext) =>
    recordPath(id, { ...context.env, ...env });
  return {
    name,
    ...about,
    says: ['questions', 'usage'],
    answers: { allow: '1', deny: '\x1b', dialog: /enter to select/ },
    newConversation: () => randomUUID(),
    start(context) {
      const { prompt, conversation } = context;
      const id = conversation === null ? [] : [`--session-id=${conversation}`];
      return launch(context, ...id, ...(prompt === '' ? [] : [`--interactive=${prompt}`]));
    },
    async resume(context) {
      if (context.conversation === null) return null;
      const record = recordOf(context.conversation, context);
      const spoken = await hasLine(record, (line) => line.startsWith('{"type":"user.message"'));
      return spoken ? launch(context, `--resume=${context.conversation}`) : null;
    },
    async findTranscript(context) {
      if (context.conversation === null) return null;
      const record = recordOf(context.conversation, context);
      return existsSync(record) ? record : null;
    },
    readEvent: readCopilotHook,
    readTranscript: readCopilotRecord,
  };
};

const manifest = {
  name: 'tempest',
  version: '1.0.0',
  description: 'Tells Tempest how this session goes',
  hooks: 'hooks/hooks.json',
};

function hooksFile(spool: string) {
  const entries = copilotHooks.map((event) => {
    return [event, [{ type: 'command', bash: hookCommand(spool, event) }]];
  });
  return { version: 1, hooks: Object.fromEntries(entries) };
}

function recordPath(id: string, env: NodeJS.ProcessEnv): string {
  const home = env.COPILOT_HOME || join(env.HOME ?? '', '.copilot');
  return join(home, 'session-state', id, 'events.jsonl');
}
