// `tempest fork`
import type { Handler } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { textOrStdin } from '../input.ts';
import { requestWithProgress } from '../progress.ts';
import { plainEnvironment, terminalSize } from '../surroundings.ts';
import { attachTo, requireTerminal } from '../takeover.ts';
import { whichSession } from '../which.ts';
import { printCreated } from './new.ts';

export const run: Handler<'fork'> = async ({ options, args }, context) => {
  if (options.attach) requireTerminal(context);
  const prompt = await textOrStdin(context, args.prompt ?? '');
  await withDaemon(context, async (daemon) => {
    const session = await requestWithProgress(context, daemon, 'session/fork', {
      ...(await whichSession(context, daemon, args.session)),
      prompt,
      ...(options.agent !== undefined && { agent: options.agent }),
      ...(options.name !== undefined && { name: options.name }),
      env: plainEnvironment(context),
      ...terminalSize(context),
    });
    if (options.attach) return attachTo(context, daemon, { session: session.id });
    printCreated(context, session);
  });
};
