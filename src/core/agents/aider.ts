// Aider.
//
// It has no hooks. Its screen tells whether it asks or takes a prompt, and its history what that cost. By
// default it tells nobody that it waits; here it rings the terminal's bell, unless the person has a command of
// their own for that. It asks and ends turns with the same bell.
// https://aider.chat/docs/config/options.html, https://aider.chat/docs/usage/notifications.html
// https://github.com/Aider-AI/aider/blob/main/aider/io.py (`get_input`, `confirm_ask`)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch, LaunchContext, LinePlace, Reading } from './agent.ts';
import type { AgentEvent } from './event.ts';
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
    const histories = ['--chat-history-file', historyOf(context), '--input-history-file'];
    const own = [...quiet, ...(isOwn ? [] : rings), ...histories, inputOf(context)];
    return { file, args: [...first, ...own, ...args], env, caches };
  };
  return {
    name,
    ...about,
    says: ['usage'],
    // `--message` would exit after the answer.
    start: (context) => ({
      ...launch(context),
      ...(context.prompt && { typed: context.prompt }),
    }),
    async resume(context) {
      const spoken = await hasLine(historyOf(context), (line) => line.startsWith('#### '));
      return spoken ? launch(context, '--restore-chat-history') : null;
    },
    readScreen,
    // Before it is there: its lines tell no time but that at which they come.
    findTranscript: async (context) => historyOf(context),
    readTranscript,
  };
};

/** What it would ask or show at its start: first of all, to change the worktree's `.gitignore`. */
const quiet = ['--no-gitignore', '--no-check-update', '--no-show-release-notes'];
/** What it prints itself while the command runs is caught; the terminal is still there. */
const rings = ['--notifications', '--notifications-command', "printf '\\a' >/dev/tty"];
/** Of its map of the repository; the number is that of their form. */
const caches = ['.aider.tags.cache.v3', '.aider.tags.cache.v4'];

/** Out of the worktree, so that it is in nobody's diff. */
function historyOf({ scratch }: LaunchContext): string {
  return join(scratch, 'aider.chat.history.md');
}

/** What was typed: the same for all of one person's sessions would mix them up. */
function inputOf({ scratch }: LaunchContext): string {
  return join(scratch, 'aider.input.history');
}

/** `> `, `ask> `, `multi> `, `architect multi> `: its empty input line. */
const inputLine = /^(?:[a-z][\w-]*(?: multi)?)?>$/;
/** `Add file to the chat? (Y)es/(N)o/(D)on't ask again [Yes]:`, and what may be typed after it. */
const question = /\(Y\)es\/\(N\)o.*\[[^\]]*\]:/;

/** The last line that is not empty tells all; below an input line there is room for a menu. */
export function readScreen(screen: string): Reading {
  const lines = screen.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? '';
  if (inputLine.test(last)) return { status: 'idle', activity: '' };
  if (question.test(last)) return { status: 'waiting', activity: asked(last) };
  return { status: 'working', activity: '' };
}

/** Without the choices, which are for its terminal. */
function asked(line: string): string {
  return line.replace(/ ?\(Y\)es\/\(N\)o.*$/, '');
}

/**
 * `> Tokens: 4.4k sent, 2.3k cache write, 1.8k cache hit, 215 received. Cost: $0.02 message, $0.05 session.`,
 * which are the sums since the last such report. With both of the cache's numbers, the cost has its own line.
 */
export function readTranscript(line: unknown, { number, at }: LinePlace): AgentEvent[] {
  if (typeof line !== 'string' || !/^(> Tokens|(> )?Cost): /.test(line)) return [];
  const cost = /Cost: \$([\d.]+) message/.exec(line)?.[1];
  const cached = countOf(line, 'cache hit');
  const usage = {
    input: Math.max(0, countOf(line, 'sent') - cached),
    output: countOf(line, 'received'),
    cached,
    cost: cost === undefined ? null : Number(cost),
  };
  return [{ kind: 'usage', id: String(number), at, usage }];
}

/** `215`, `4.4k`, `12k`, `1.2M`. */
function countOf(line: string, what: string): number {
  const found = new RegExp(`([\\d.,]+)([kM]?) ${what}\\b`).exec(line);
  const factor = { k: 1_000, M: 1_000_000 }[found?.[2] ?? ''] ?? 1;
  return Math.round(Number((found?.[1] ?? '0').replaceAll(',', '')) * factor);
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
