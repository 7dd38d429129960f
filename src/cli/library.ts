// Text for an agent: as it was typed, or a prompt of the library with it.
import { relative, resolve, sep } from 'node:path';
import type { Context } from './context.ts';
import type { Daemon } from './daemon.ts';
import { UsageError } from './failure.ts';
import { textOrStdin } from './input.ts';

export interface Wording {
  /** As typed; `-` for standard input. */
  text: string | undefined;
  /** A prompt's name, and what its `{{file}}` is. */
  use: string | undefined;
  file: string | undefined;
  /** Whose changes its `{{diff}}` is; else what is not committed here. */
  session?: string | undefined;
}

/** What to send, and the agent it is meant for. Sends nothing. Throws UsageError for `file` without `use`. */
export async function wordsFor(
  context: Context,
  daemon: Daemon,
  { text = '', use, file, session }: Wording,
): Promise<{ text: string; agent: string | null }> {
  if (file !== undefined && use === undefined) throw new UsageError('--file goes with --use');
  const input = await textOrStdin(context, text);
  if (use === undefined) return { text: input, agent: null };
  return await daemon.request('prompt/render', {
    name: use,
    repo: context.cwd,
    ...(session !== undefined && { session }),
    values: {
      ...(input !== '' && { input }),
      ...(file !== undefined && { file: await inRepository(context, daemon, file) }),
    },
  });
}

/** From the top of the repository, as the agent sees it in its worktree. */
async function inRepository({ cwd }: Context, daemon: Daemon, file: string): Promise<string> {
  const path = resolve(cwd, file);
  const { root } = await daemon.request('repo/inspect', { path: cwd });
  return root !== null && path.startsWith(root + sep) ? relative(root, path) : path;
}
