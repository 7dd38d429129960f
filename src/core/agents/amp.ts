// Sourcegraph's Amp.
//
// Its plugins lie in the person's configuration or in the worktree, so that it gets none of ours: the
// terminal's signals tell its status. It takes no prompt on its command line and stays.
// https://ampcode.com/manual
import type { Launch, LaunchContext } from './agent.ts';
import { findConversationFile } from './conversation-file.ts';
import { type AgentFactory, settle } from './known.ts';

/** Where it keeps its threads, one file each, with the folder in which it was begun. */
const threads = '~/.local/share/amp/threads/{conversation}.json';

export const ampAgent: AgentFactory = (name = 'amp', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['amp'],
    description: 'Amp, by Sourcegraph',
    permissionless: ['--dangerously-allow-all'],
  });
  const launch = (...args: string[]): Launch => ({ file, args: [...first, ...args], env });
  const findConversation = (context: LaunchContext) =>
    findConversationFile(threads, { ...context, env: { ...context.env, ...env } });
  return {
    name,
    ...about,
    start: ({ prompt }) => ({ ...launch(), ...(prompt && { typed: prompt }) }),
    async resume(context) {
      const id = context.conversation ?? (await findConversation(context));
      return id === null ? null : launch('threads', 'continue', id);
    },
    findConversation,
  };
};
