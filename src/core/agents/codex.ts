// OpenAI's Codex CLI. Facts here were seen with the version in scripts/agents.mjs.
//
// By default its turns run in a background server that all its terminals share: they would go on after
// the session's end, and without the session's environment. Any `-c` keeps it in its own process; newer
// versions also have `--no-daemon`, which older ones refuse.
// Trust is kept per repository, and a worktree counts as its repository.
import type { Launch, LaunchContext, Reading } from './agent.ts';
import { hookNames, readHook, readRolloutLine } from './codex-events.ts';
import { hookArguments } from './codex-hooks.ts';
import { findRollout } from './codex-rollouts.ts';
import { type AgentFactory, settle } from './known.ts';

import { readSymbolTitle } from './titles.ts';

/** Otherwise it notifies only when its terminal isn't looked at, and only terminals that it knows. */
const notifies = [
  'notifications=true',
  'notification_method="osc9"',
  'notification_condition="always"',
];
const settings = notifies.flatMap((setting) => ['-c', `tui.${setting}`]);

/**
 * `codex`, or the program of a table that is like it. It names its conversations itself, so the id is
 * looked up once it has written its first rollout line; `resume` always names it, never `--last`,
 * which could be another session's.
 */
export const codexAgent: AgentFactory = (name = 'codex', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['codex'],
    description: 'Codex, by OpenAI',
    permissionless: ['--dangerously-bypass-approvals-and-sandbox'],
  });
  const findConversation = (context: LaunchContext) =>
    findRollout({ ...context, env: { ...context.env, ...env } });
  const launch = (words: string[], spool: string, operands: string[]): Launch => ({
    file,
    args: [...first, ...words, ...settings, ...hookArguments(spool, hookNames), ...operands],
    env,
  });
  const withPrompt = (prompt: string) => (prompt === '' ? [] : [prompt]);
  return {
    name,
    ...about,
    says: ['questions', 'usage'],
    start: ({ prompt, spool }) => launch([], spool, prompt === '' ? [] : ['--', prompt]),
    async resume(context) {
      const id = context.conversation ?? (await findConversation(context));
      return id === null ? null : launch(['resume'], context.spool, [id]);
    },
    // Told its folder, it doesn't ask whether to go on in that of the first conversation.
    fork: async ({ worktree, prompt, spool }, { conversation }) =>
      launch(['fork', '-C', worktree], spool, ['--', conversation, ...withPrompt(prompt)]),
    readEvent: readHook,
    readTranscript: readRolloutLine,
    // `y` is Yes; Escape is No, and ends the turn.
    answers: { allow: 'y', deny: '\x1b', dialog: /esc to cancel|\(esc\)/ },
    readTitle,
    readNotification,
    findConversation,
  };
};

/** `[ ! ] Action Required | Topic` (blinking) while it asks, `⠋ Topic` at work, `Topic` at rest. */
function readTitle(title: string): Reading {
  const asks = /^\[ [!.] \] Action Required(?: \| )?/.exec(title);
  if (asks) return { status: 'waiting', activity: title.slice(asks[0].length) };
  const { status, activity } = readSymbolTitle(title);
  return { status: activity === '' ? null : (status ?? 'idle'), activity };
}

/** What it asks, or else the last words of its answer, whatever they say. */
function readNotification(text: string): Reading {
  const asks = /^(Approval requested|Codex wants to edit|Plan mode prompt|Question requested)\b/;
  return { status: asks.test(text) ? 'waiting' : null, activity: text };
}
