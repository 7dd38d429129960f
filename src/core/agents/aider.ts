// Aider.
//
// It has no hooks. By default it tells nobody that it waits; here it rings the terminal's bell, unless the
// person has a command of their own for that. It asks and ends turns with the same bell.
// https://aider.chat/docs/config/options.html, https://aider.chat/docs/usage/notifications.html
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import { type AgentFactory, settle } from './known.ts';
import { hasLine } from './records.ts';

export const aiderAgent: AgentFactory = (name = 'aider', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['aider'],
    description: 'Aider',
    permissionless: ['--yes-always'],
  });
  const launch = (context: LaunchContext, ...args: string[]): Launch => {
    const isOwn = first.includes('--notifications-command') || hasOwnNotice(context, env);
    const history = ['--chat-history-file', historyOf(context)];
    return { file, args: [...first, ...(isOwn ? [] : rings), ...history, ...args], env };
  };
  return {
    name,
    ...about,
    // `--message` would exit after the answer.
    start: (context) => ({
      ...launch(context),
      ...(context.prompt && { typed: context.prompt }),
    }),
    async resume(context) {
      const spoken = await hasLine(historyOf(context), (line) => line.startsWith('#### '));
      return spoken ? launch(context, '--restore-chat-history') : null;
    },
  };
};

/** What it prints itself while the command runs is caught; the terminal is still there. */
const rings = ['--notifications', '--notifications-command', "printf '\\a' >/dev/tty"];

/** Out of the worktree, so that it is in nobody's diff. */
function historyOf({ scratch }: LaunchContext): string {
  return join(scratch, 'aider.chat.history.md');
}

function hasOwnNotice({ env, worktree }: LaunchContext, more: Record<string, string>): boolean {
  if ({ ...env, ...more }.AIDER_NOTIFICATIONS_COMMAND) return true;
  return [env.HOME ?? '', worktree].some((folder) => {
    try {
      const config = readFileSync(join(folder, '.aider.conf.yml'), 'utf8');
      return /^\s*notifications[-_]command\s*:/m.test(config);
    } catch {
      return false;
    }
  });
}
