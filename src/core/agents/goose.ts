// Block's goose.
//
// Its hooks belong to plugins in ~/.agents or in the worktree, so that it gets none of ours: the terminal's
// signals tell its status. A session's name is its conversation's id.
// https://goose-docs.ai/docs/guides/goose-cli-commands,
// https://goose-docs.ai/docs/guides/context-engineering/hooks
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import { type AgentFactory, settle } from './known.ts';

export const gooseAgent: AgentFactory = (name = 'goose', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['goose'],
    description: 'goose, by Block',
    // It is a variable and no argument: see below.
    permissionless: [],
  });
  const launch = (context: LaunchContext, ...args: string[]): Launch => {
    const mode = modeOf(about.permissionless ?? false, { ...context.env, ...env });
    return { file, args: [...first, ...args], env: { ...mode, ...env } };
  };
  return {
    name,
    ...about,
    newConversation: () => randomUUID(),
    start(context) {
      const { prompt, conversation } = context;
      const id = conversation === null ? [] : ['--name', conversation];
      if (prompt === '') return launch(context, 'session', ...id);
      return launch(context, 'run', '--interactive', ...id, `--text=${prompt}`);
    },
    async resume(context) {
      const { conversation } = context;
      if (conversation === null) return null;
      return launch(context, 'session', '--resume', '--name', conversation);
    },
  };
};

/** It asks for nothing by default; here it does, unless the person has chosen a mode. */
function modeOf(permissionless: boolean, env: NodeJS.ProcessEnv): Record<string, string> {
  if (permissionless) return { GOOSE_MODE: 'auto' };
  return env.GOOSE_MODE || isChosen(env) ? {} : { GOOSE_MODE: 'smart_approve' };
}

function isChosen(env: NodeJS.ProcessEnv): boolean {
  const config = env.XDG_CONFIG_HOME || join(env.HOME ?? '', '.config');
  try {
    return /^\s*GOOSE_MODE\s*:/m.test(readFileSync(join(config, 'goose/config.yaml'), 'utf8'));
  } catch {
    return false;
  }
}
