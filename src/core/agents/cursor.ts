// Cursor's agent for the terminal.
//
// Its hooks lie in ~/.cursor, in the worktree, or in a folder of the machine, so that it gets none of ours:
// the terminal's signals tell its status.
// https://cursor.com/docs/cli/reference/parameters, https://cursor.com/docs/agent/hooks#configuration
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import { type AgentFactory, settle } from './known.ts';
import { operandOf } from './operand.ts';
import { newestIn } from './records.ts';

export const cursorAgent: AgentFactory = (name = 'cursor-agent', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['cursor-agent'],
    description: 'Cursor Agent, by Anysphere',
    permissionless: ['--force'],
  });
  const launch = (...args: string[]): Launch => ({ file, args: [...first, ...args], env });
  const findConversation = (context: LaunchContext) =>
    findChat({ ...context, env: { ...context.env, ...env } });
  return {
    name,
    ...about,
    start: ({ prompt }) => launch(...operandOf(prompt)),
    async resume(context) {
      const id = context.conversation ?? (await findConversation(context));
      return id === null ? null : launch(`--resume=${id}`);
    },
    findConversation,
  };
};

/** Chats are kept by their folder: ~/.cursor/chats/<MD5 of its path>/<id>. */
async function findChat({ worktree, env, createdAt }: LaunchContext): Promise<string | null> {
  const real = await realpath(worktree).catch(() => worktree);
  const folder = createHash('md5').update(real).digest('hex');
  const [newest] = await newestIn(join(env.HOME ?? '', '.cursor/chats', folder), createdAt);
  return newest ?? null;
}
