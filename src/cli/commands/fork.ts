// `tempest fork`
import type { Handler } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { wordsFor } from '../library.ts';
import { requestWithProgress } from '../progress.ts';
import { plainEnvironment, terminalSize } from '../surroundings.ts';
import { attachTo, requireTerminal } from '../takeover.ts';
import { whichSession } from '../which.ts';
import { printCreated } from './new.ts';

export const run: Handler<'fork'> = async ({ options, args }, context) => {
  if (options.attach) requireTerminal(context);
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    // Whom the words are meant for changes nothing: another agent would leave the conversation behind.
    const { text } = await wordsFor(context, daemon, {
      ...options,
      text: args.prompt,
      session: which.session,
    });
    const session = await requestWithProgress(context, daemon, 'session/fork', {
      ...which,
      prompt: text,
      ...(options.agent !== undefined && { agent: options.agent }),
      ...(options.name !== undefined && { name: options.name }),
      env: plainEnvironment(context),
      ...terminalSize(context),
    });
    if (options.attach) return attachTo(context, daemon, { session: session.id });
    printCreated(context, session);
  });
};
