// `tempest new`
import type { Session } from '../../core/session/session.ts';
import type { Params } from '../../rpc/protocol.ts';
import { colorsFor } from '../colors.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { wordsFor } from '../library.ts';
import { withOffers } from '../offers.ts';
import { requestWithProgress } from '../progress.ts';
import { plainEnvironment, terminalSize } from '../surroundings.ts';
import { attachTo, requireTerminal } from '../takeover.ts';

export const run: Handler<'new'> = async ({ options, args, rest }, context) => {
  if (rest?.length === 0) throw new UsageError('nothing follows --', 'Give the program to run.');
  if (rest && options.agent) throw new UsageError('--agent and -- COMMAND exclude each other');
  if (options.base && options.branch) {
    throw new UsageError('--base and --branch exclude each other');
  }
  if (options.attach) requireTerminal(context);
  const params = (prompt: string, agent: string | null): Params<'session/create'> => ({
    repo: context.cwd,
    prompt,
    ...(agent !== null && { agent }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.base !== undefined && { base: options.base }),
    ...(options.branch !== undefined && { branch: options.branch }),
    ...(rest && { command: rest }),
    env: plainEnvironment(context),
    ...terminalSize(context),
  });
  await withDaemon(context, async (daemon) => {
    const words = await wordsFor(context, daemon, { ...options, text: args.prompt });
    // A prompt says whom it is meant for, but the person has the say.
    const agent = rest ? null : (options.agent ?? words.agent);
    const session = await withOffers(context, daemon, () =>
      requestWithProgress(context, daemon, 'session/create', params(words.text, agent)),
    );
    if (options.attach) return attachTo(context, daemon, { session: session.id });
    printCreated(context, session);
  });
};

/** What a session is, in few words. */
export function printCreated(context: Context, session: Session): void {
  const { name, branch, worktree, agent, command } = session;
  if (context.json) {
    printJson(context, session);
    return;
  }
  if (!context.stdout.isTTY) {
    context.stdout.write(`${name}\t${branch}\t${worktree}\n`);
    return;
  }
  const { bold, dim } = colorsFor(context.stdout, context.env);
  context.stdout.write(
    `${bold(name)}\n` +
      `  ${dim('agent')}     ${command ? command.join(' ') : agent}\n` +
      `  ${dim('branch')}    ${branch}\n` +
      `  ${dim('worktree')}  ${worktree}\n`,
  );
}
