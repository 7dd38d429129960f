// `tempest __complete`: serves the shells' scripts in completions/. Quick, and silent on failure.
import { realpath } from 'node:fs/promises';
import { visibleCommands } from '../commands.ts';
import { type Wanted, wantedAt } from '../complete.ts';
import type { Context, Handler } from '../context.ts';
import { connectDaemon, type Daemon } from '../daemon.ts';
import { oneLine } from '../text.ts';
import { whichSession } from '../which.ts';

type Candidate = [word: string, summary: string];

/** What a shell knows better than we do; its script acts on a line that begins with a colon. */
const forTheShell = new Set(['folders', 'files', 'programs']);

/** A person waits with a finger on the key. Ms. */
const patience = 3000;

export const run: Handler<'__complete'> = async ({ rest }, context) => {
  const wanted = wantedAt(rest ?? ['']);
  const { known, source, prefix, partial } = wanted;
  const candidates: Candidate[] =
    typeof source === 'string' && !forTheShell.has(source)
      ? await fromSource(context, wanted, rest ?? []).catch(() => [])
      : [...known, ...(Array.isArray(source) ? source.map((word): Candidate => [word, '']) : [])];
  if (typeof source === 'string' && forTheShell.has(source)) context.stdout.write(`:${source}\n`);
  for (const [word, summary] of candidates) {
    if (!word.startsWith(partial)) continue;
    context.stdout.write(`${prefix}${word}\t${oneLine(summary)}\n`);
  }
};

async function fromSource(
  context: Context,
  { source }: Wanted,
  words: string[],
): Promise<Candidate[]> {
  if (source === 'commands') {
    return visibleCommands().map(([name, { summary }]) => [name, summary]);
  }
  const daemon = await connectDaemon(context, { timeoutMs: patience });
  try {
    if (source === 'agents') return await agents(daemon);
    if (source === 'prompts') return await prompts(daemon, context.cwd);
    if (source === 'checkpoints') return await checkpoints(context, daemon, words);
    if (source === 'branches') return await branches(daemon, context.cwd);
    return await sessions(daemon, await realpath(context.cwd), source === 'removed-sessions');
  } finally {
    daemon.close();
  }
}

async function agents(daemon: Daemon): Promise<Candidate[]> {
  const { agents } = await daemon.request('agent/list', {});
  return agents.map(({ name, description }) => [name, description]);
}

async function prompts(daemon: Daemon, repo: string): Promise<Candidate[]> {
  const { prompts } = await daemon.request('prompt/list', { repo });
  return prompts.map(({ name, description }) => [name, description]);
}

async function branches(daemon: Daemon, path: string): Promise<Candidate[]> {
  const { branches } = await daemon.request('repo/branches', { path });
  return branches.map((name) => [name, '']);
}

/** Of the session that is named first, or of the one whose worktree this is. */
async function checkpoints(context: Context, daemon: Daemon, words: string[]) {
  const [, first = '-'] = words.slice(0, -1);
  const named = first.startsWith('-') ? undefined : first;
  const which = await whichSession(context, daemon, named);
  const { checkpoints } = await daemon.request('checkpoint/list', which);
  return checkpoints.map(({ number, prompt }): Candidate => [`${number}`, prompt]);
}

/** Those of this repository; where there are none, all. */
async function sessions(daemon: Daemon, here: string, removed: boolean): Promise<Candidate[]> {
  const { root } = await daemon.request('repo/inspect', { path: here });
  const { sessions } = await daemon.request('session/list', { removed });
  const own = sessions.filter(({ repo }) => repo === root);
  return (own.length > 0 ? own : sessions).map(({ name, status, prompt }) => [
    name,
    `${status}: ${prompt}`,
  ]);
}
