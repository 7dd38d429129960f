// `tempest close`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'close'> = async ({ args }, context) =>
  withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const session = await daemon.request('session/close', which);
    if (context.json) return printJson(context, session);
    context.stdout.write(`Closed ${session.name}; \`tempest open ${session.name}\` resumes it\n`);
  });
