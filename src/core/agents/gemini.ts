// Google's Gemini CLI. Facts here were seen with version 0.61.0.
//
// Its hooks can come only from the person's settings, the worktree's, or a file of the machine that belongs
// to root, so that it gets none of ours. Its title tells exactly whether it works, asks (but not what) or
// rests, and its record of the conversation tells the prompts, its last words, what they cost, and how a turn failed.
// https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/cli-reference.md
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Launch, LaunchContext, Reading } from './agent.ts';
import { findGeminiRecord, newestGeminiRecord, readGeminiRecord } from './gemini-record.ts';
import { type AgentFactory, settle } from './known.ts';
import { carriedTrust, type Layers } from './layers.ts';
import { hasLine } from './records.ts';

const layers: Layers = {
  prefix: 'GEMINI_CLI',
  system: '/etc/gemini-cli/settings.json',
  home: (env) => join(env.GEMINI_CLI_HOME || env.HOME || '', '.gemini'),
};

export const geminiAgent: AgentFactory = (name = 'gemini', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['gemini'],
    description: 'Gemini CLI, by Google',
    permissionless: ['--approval-mode=yolo'],
  });
  const within = (context: LaunchContext): LaunchContext => {
    return { ...context, env: { ...context.env, ...env } };
  };
  const launch = (context: LaunchContext, ...args: string[]): Launch => {
    const trust = carriedTrust(layers, within(context));
    return {
      file,
      args: [...first, ...args],
      env: { ...env, ...trust?.env },
      files: trust?.files ?? {},
    };
  };
  /** With `=`, a prompt that begins with a dash is no option. */
  const asking = (prompt: string) => (prompt === '' ? [] : [`--prompt-interactive=${prompt}`]);
  const recordOf = (id: string, { worktree, env }: LaunchContext, folder = worktree) =>
    findGeminiRecord(layers.home(env), folder, id);
  return {
    name,
    ...about,
    says: ['usage'],
    newConversation: () => randomUUID(),
    start: (context) => {
      const id = context.conversation === null ? [] : ['--session-id', context.conversation];
      return launch(context, ...id, ...asking(context.prompt));
    },
    async resume(context) {
      if (context.conversation === null) return null;
      const record = await recordOf(context.conversation, within(context));
      const spoken = record !== null && (await hasLine(record, isPrompt));
      return spoken ? launch(context, '--resume', context.conversation) : null;
    },
    async fork(context, { conversation, worktree }) {
      const record = await recordOf(conversation, within(context), worktree);
      if (record === null) return null;
      // It takes no id beside the file.
      const forked = launch(context, '--session-file', record, ...asking(context.prompt));
      return { ...forked, namesItself: true };
    },
    async findConversation(context) {
      const { env: known, worktree, createdAt } = within(context);
      const found = await newestGeminiRecord(layers.home(known), worktree, createdAt);
      return found?.id ?? null;
    },
    async findTranscript(context) {
      if (context.conversation === null) return null;
      return await recordOf(context.conversation, within(context));
    },
    readTranscript: readGeminiRecord,
    recordsPrompts: true,
    readTitle,
  };
};

/** What the person said; the first message of every record is the CLI's own. */
function isPrompt(line: string): boolean {
  return /^\{"id":.*"type":"user"/.test(line);
}

/** `◇  Ready (folder)`, `✦  Working… (folder)` or the thought, `⏲  Working…`, `✋  Action Required (folder)`. */
function readTitle(title: string): Reading {
  const [symbol = '', ...words] = title.trim().split(/\s+/);
  const activity = words.join(' ').replace(/ \([^()]*\)$/, '');
  if (symbol === '✋') return { status: 'waiting', activity };
  // That it works is no news of what it does: told late, it would stand in the place of its last words.
  if (symbol === '✦' || symbol === '⏲')
    return { status: 'working', activity: activity === 'Working…' ? '' : activity };
  return { status: symbol === '◇' ? 'idle' : null, activity: '' };
}
