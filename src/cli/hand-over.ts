// A conflict given to the agent, as a prompt with the names of its files: never to a plain command, which may be a shell.
import { TempestError } from '../core/errors.ts';
import { type Context, printJson } from './context.ts';
import type { Daemon } from './daemon.ts';
import type { Which } from './which.ts';

export interface Handover {
  by: 'merge' | 'rebase';
  /** What is to be done. */
  text: string;
  /** The paths of the files. */
  conflicts: string[];
  /** What is said of the session when the agent has it. */
  said: string;
}

/** @throws TempestError `wrong-state` where no agent is known to read it, and as `session/send`. */
export async function handOver(
  context: Context,
  daemon: Daemon,
  { session }: Which,
  { by, text, conflicts, said }: Handover,
): Promise<void> {
  const { name, command } = await daemon.request('session/get', { session });
  if (command !== null) {
    throw new TempestError(
      'wrong-state',
      `${name} runs a plain command, which may be a shell: nothing was typed into it`,
      `Resolve it by hand: \`tempest ${by} ${name} --by-hand\`.`,
    );
  }
  const prompt = `${text} Conflicts are in: ${conflicts.map(quoted).join(', ')}`;
  const asked = await daemon.request('session/send', { session, text: prompt });
  if (context.json) printJson(context, asked);
  else context.stdout.write(`${name} ${said}\n`);
}

/** A name has spaces, commas and full stops in it that are not the sentence's. */
function quoted(path: string): string {
  return /[`\p{Cc}]/u.test(path) ? JSON.stringify(path) : `\`${path}\``;
}
