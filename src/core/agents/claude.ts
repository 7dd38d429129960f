// Anthropic's Claude Code. Facts here were seen with the version in scripts/agents.mjs.
//
// Trust: it asks once per repository, and a worktree counts as its repository. So a person who has
// trusted the repository is not asked again, and one who hasn't is asked in the session's terminal
// (the answer that is selected is 'No, exit', and there is no signal of the question).
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Launch, Reading } from './agent.ts';
import { type AgentFactory, settle } from './known.ts';
import { readSymbolTitle } from './titles.ts';

/** Otherwise it notifies only terminals that it knows by name. */
const notifies = JSON.stringify({ preferredNotifChannel: 'iterm2' });

/**
 * `claude`, or the program of a table that is like it.
 * A new conversation gets our id (`--session-id`); it is resumed (`--resume`) only once its transcript
 * holds a first turn, because claude refuses to resume an id without one.
 */
export const claudeAgent: AgentFactory = (name = 'claude', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['claude'],
    description: 'Claude Code, by Anthropic',
    permissionless: ['--dangerously-skip-permissions'],
  });
  // One `--settings` only: the person's own comes first.
  const settings = first.includes('--settings') ? [] : ['--settings', notifies];
  const launch = (...args: string[]): Launch => {
    return { file, args: [...first, ...settings, ...args], env };
  };
  return {
    name,
    ...about,
    newConversation: () => randomUUID(),
    start({ prompt, conversation }) {
      const id = conversation === null ? [] : ['--session-id', conversation];
      return launch(...id, ...(prompt === '' ? [] : ['--', asPrompt(prompt)]));
    },
    // `✳ Topic` at rest and while it asks, `◐ Topic`, `◑ Topic` at work.
    readTitle: readSymbolTitle,
    readNotification,
    async resume({ conversation, worktree, env: inherited }) {
      if (conversation === null) return null;
      const transcript = await transcriptOf(conversation, worktree, { ...inherited, ...env });
      return (await hasFirstTurn(transcript)) ? launch('--resume', conversation) : null;
    },
  };
};

/**
 * After `--` a prompt is no option, but the one word `update` would still be the subcommand; with a space,
 * which claude trims, it is not.
 */
function asPrompt(prompt: string): string {
  return /\s/.test(prompt) ? prompt : `${prompt} `;
}

/**
 * 'Claude needs your permission', six seconds after it began to ask; 'Claude is waiting for your input',
 * a minute after a turn that nobody followed up.
 */
function readNotification(text: string): Reading {
  const asks = /\bneeds your\b/.test(text);
  return { status: asks ? 'waiting' : null, activity: asks ? text : '' };
}

/** Where claude keeps a conversation: by its folder's real path, everything but letters and digits as `-`. */
async function transcriptOf(id: string, worktree: string, env: NodeJS.ProcessEnv): Promise<string> {
  const home = env.CLAUDE_CONFIG_DIR || join(env.HOME ?? '', '.claude');
  const folder = await realpath(worktree).catch(() => worktree);
  return join(home, 'projects', folder.replace(/[^a-zA-Z0-9]/g, '-'), `${id}.jsonl`);
}

/** Whether the transcript has a message of the person: the file alone may hold only settings. */
async function hasFirstTurn(transcript: string): Promise<boolean> {
  const lines = createInterface({ input: createReadStream(transcript, 'utf8') });
  try {
    for await (const line of lines) if (/"type":\s*"user"/.test(line)) return true;
  } catch {
    // No transcript yet.
  } finally {
    lines.close();
  }
  return false;
}
