// `tempest open`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { requestWithProgress } from '../progress.ts';
import { plainEnvironment, terminalSize } from '../surroundings.ts';
import { attachTo, requireTerminal } from '../takeover.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'open'> = async ({ options, args }, context) => {
  if (options.attach) requireTerminal(context);
  await withDaemon(context, async (daemon) => {
    const session = await requestWithProgress(context, daemon, 'session/open', {
      ...(await whichSession(context, daemon, args.session)),
      env: plainEnvironment(context),
      ...terminalSize(context),
    });
    if (options.attach) return attachTo(context, daemon, { session: session.id });
    if (context.json) return printJson(context, session);
    context.stdout.write(`${session.name} is ${session.status}\n`);
  });
};
