// Any other CLI: as configured, or as given after `--`.
import { randomUUID } from 'node:crypto';
import type { Agent, Launch, LaunchContext } from './agent.ts';
import { type AgentTable, conversationMark } from './table.ts';

/** An agent by its `[agents.NAME]` table. */
export function customAgent(name: string, table: AgentTable): Agent {
  const { command, env, resume, prompt = 'argument' } = table;
  const namesConversation = command.some((word) => word.includes(conversationMark));
  return {
    name,
    description: table.description ?? command.join(' '),
    file: command[0] ?? '',
    ...(namesConversation && { newConversation: () => randomUUID() }),
    start(context) {
      const launch = launchOf(command, env, context);
      if (context.prompt === '' || prompt === 'none') return launch;
      if (prompt === 'typed') return { ...launch, typed: context.prompt };
      return { ...launch, args: [...launch.args, asOperand(context.prompt)] };
    },
    async resume(context) {
      if (!resume?.length || (namesConversation && context.conversation === null)) return null;
      return launchOf(resume, env, context);
    },
  };
}

/**
 * The agent of a session that was created with `-- COMMAND…`. The command runs as it is; the prompt is
 * never typed into it, since it may be a shell, but it finds it in `TEMPEST_PROMPT`.
 */
export function commandAgent(command: readonly string[]): Agent {
  const [file = '', ...args] = command;
  return {
    name: 'command',
    description: command.join(' '),
    file,
    start: ({ prompt }) => ({ file, args, env: { TEMPEST_PROMPT: prompt } }),
    resume: async () => null,
  };
}

function launchOf(
  words: readonly string[],
  env: Record<string, string>,
  { conversation }: LaunchContext,
): Launch {
  const [file = '', ...args] = words.map((word) =>
    word.replaceAll(conversationMark, () => conversation ?? ''),
  );
  return { file, args, env };
}

/** Not every CLI knows `--`, but none takes a word that begins with a space for an option. */
function asOperand(prompt: string): string {
  return prompt.startsWith('-') ? ` ${prompt}` : prompt;
}
