// `tempest rename`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'rename'> = async ({ args }, context) =>
  withDaemon(context, async (daemon) => {
    const session = await daemon.request('session/rename', {
      ...(await whichSession(context, daemon, args.session)),
      name: args.name,
    });
    if (context.json) return printJson(context, session);
    context.stdout.write(`Now called ${session.name}\n`);
  });
