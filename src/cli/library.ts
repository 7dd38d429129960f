// Text for an agent: as it was typed, or a prompt of the library with it.
import type { Context } from './context.ts';
import type { Daemon } from './daemon.ts';
import { UsageError } from './failure.ts';
import { textOrStdin } from './input.ts';
import { type Shown, valuesOf } from './placeholders.ts';

/** What the options of `fromLibrary` say. */
export interface FromLibrary extends Shown {
  /** A prompt's name. */
  use: string | undefined;
}

export interface Wording extends FromLibrary {
  /** As typed; `-` for standard input. */
  text: string | undefined;
  /** Whose changes its `{{diff}}` is; else what is not committed here. */
  session?: string | undefined;
}

/**
 * What to send, and the agent it is meant for. Sends nothing. Throws UsageError for what fills a prompt
 * without `use`, and for what can't be filled in.
 */
export async function wordsFor(
  context: Context,
  daemon: Daemon,
  { text = '', use, session, file, selection, diagnostics, quickfix }: Wording,
): Promise<{ text: string; agent: string | null }> {
  const shown = { file, selection, diagnostics, quickfix };
  const given = Object.entries(shown).filter(([, value]) => value !== undefined);
  if (given[0] && use === undefined) throw new UsageError(`--${given[0][0]} goes with --use`);
  if ([text, selection, diagnostics, quickfix].filter((value) => value === '-').length > 1) {
    throw new UsageError('standard input can be only one thing', 'Give a file for the others.');
  }
  const input = await textOrStdin(context, text);
  if (use === undefined) return { text: input, agent: null };
  return await daemon.request('prompt/render', {
    name: use,
    repo: context.cwd,
    ...(session !== undefined && { session }),
    values: { ...(input !== '' && { input }), ...(await valuesOf(context, shown)) },
  });
}
