// Anthropic's Claude Code. Facts here were seen with the version in scripts/agents.mjs.
//
// Trust: it asks once per repository, and a worktree counts as its repository. So a person who has
// trusted the repository is not asked again, and one who hasn't is asked in the session's terminal
// (the answer that is selected is 'No, exit', and there is no signal of the question).
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Launch, LaunchContext, Reading } from './agent.ts';
import { hookSettings, readHook } from './claude-events.ts';
import {
  hasFirstTurn,
  isPromptAfter,
  readTranscriptLine,
  transcriptOf,
} from './claude-transcript.ts';
import { type AgentFactory, settle } from './known.ts';
import { copyUntil } from './records.ts';
import { readSymbolTitle } from './titles.ts';

/** Otherwise it notifies only terminals that it knows by name. */
const notifies = { preferredNotifChannel: 'iterm2' };
const settingsFile = 'claude-settings.json';

/**
 * `claude`, or the program of a table that is like it.
 * A new conversation gets our id (`--session-id`); it is resumed (`--resume`) only once its transcript
 * holds a first turn, because claude refuses to resume an id without one.
 * It speaks by hooks, in settings of one run that are added to the person's own. It takes `--settings` only
 * once: where the person's table has it, claude stays silent, and its title and notices have to do.
 */
export const claudeAgent: AgentFactory = (name = 'claude', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['claude'],
    description: 'Claude Code, by Anthropic',
    permissionless: ['--dangerously-skip-permissions'],
  });
  const speaks = !first.some((word) => /^--settings(=|$)/.test(word));
  const launch = ({ scratch, spool }: LaunchContext, ...args: string[]): Launch => {
    if (!speaks) return { file, args: [...first, ...args], env };
    const settings = ['--settings', join(scratch, settingsFile)];
    const text = JSON.stringify({ ...notifies, ...hookSettings(spool) });
    return {
      file,
      args: [...first, ...settings, ...args],
      env,
      files: { [settingsFile]: text },
    };
  };
  const recordOf = (id: string, { worktree, env: inherited }: LaunchContext, folder = worktree) =>
    transcriptOf(id, folder, { ...inherited, ...env });
  const forkRecord = async (context: LaunchContext, record: string) => {
    if (context.conversation === null || !(await hasFirstTurn(record))) return null;
    const how = ['--session-id', context.conversation, '--fork-session', '--resume', record];
    return launch(context, ...how, ...promptWords(context.prompt));
  };
  return {
    name,
    ...about,
    newConversation: () => randomUUID(),
    start(context) {
      const { prompt, conversation } = context;
      const id = conversation === null ? [] : ['--session-id', conversation];
      return launch(context, ...id, ...promptWords(prompt));
    },
    async resume(context) {
      const { conversation } = context;
      if (conversation === null) return null;
      const record = await recordOf(conversation, context);
      return (await hasFirstTurn(record)) ? launch(context, '--resume', conversation) : null;
    },
    // By the record's path, since it looks an id up among its own folder's conversations only.
    async fork(context, from) {
      return forkRecord(context, await recordOf(from.conversation, context, from.worktree));
    },
    async rewind(context, from, at) {
      const record = await recordOf(from.conversation, context, from.worktree);
      const copy = join(context.scratch, `${from.conversation}.jsonl`);
      const until = await copyUntil(record, copy, (line) => isPromptAfter(line, at));
      return until === null ? null : await forkRecord({ ...context, prompt: '' }, until);
    },
    // `✳ Topic` at rest and while it asks, `◐ Topic`, `◑ Topic` at work.
    readTitle: readSymbolTitle,
    readNotification,
    ...(speaks && {
      says: ['questions', 'usage'] as const,
      readEvent: readHook,
      readTranscript: readTranscriptLine,
      // It tells when it is up, and has asked by then what it must.
      tellsReady: true,
      readScreen,
    }),
    // The first choice of its menus is Yes; Escape is No, and ends the turn.
    answers: { allow: '1', deny: '\x1b', dialog: /Esc to cancel/ },
  };
};

/**
 * After `--` a prompt is no option, but the one word `update` would still be the subcommand; with a space,
 * which claude trims, it is not.
 */
function promptWords(prompt: string): string[] {
  if (prompt === '') return [];
  return ['--', /\s/.test(prompt) ? prompt : `${prompt} `];
}

const asksFirst: [shown: RegExp, activity: string][] = [
  [/\btrust this folder\b/i, 'asks whether you trust this folder'],
  [
    /\bBypass Permissions mode\b[\s\S]*\bNo, exit\b/i,
    'asks whether it may work without permissions',
  ],
  [/\bcustom API key\b/i, 'asks whether to use the API key of the environment'],
  [/\bSelect login method\b|\bPaste code here\b/i, 'asks you to log in'],
  [/\bChoose the text style\b/i, 'asks for its first settings'],
];

/** What it asks before it is up, of which no hook tells: its title is not set by then. */
function readScreen(screen: string): Reading {
  const found = asksFirst.find(([shown]) => shown.test(screen));
  return { status: found ? 'waiting' : null, activity: found?.[1] ?? '' };
}

/**
 * 'Claude needs your permission', six seconds after it began to ask; 'Claude is waiting for your input',
 * a minute after a turn that nobody followed up.
 */
function readNotification(text: string): Reading {
  const asks = /\bneeds your\b/.test(text);
  return { status: asks ? 'waiting' : null, activity: asks ? text : '' };
}
