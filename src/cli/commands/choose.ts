// `tempest choose`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { Exit, exitCodes } from '../failure.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'choose'> = async ({ args }, context) => {
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const answer = await daemon.request('group/choose', which);
    const { session, removed } = answer;
    if (context.json) printJson(context, answer);
    else {
      context.stdout.write(`Kept ${session.name}\n`);
      for (const { name, error } of removed) {
        if (error) context.stderr.write(`tempest: ${name} is still there: ${error.message}\n`);
        else context.stdout.write(`Removed ${name}; \`tempest restore ${name}\` brings it back\n`);
      }
    }
    if (removed.some(({ error }) => error)) throw new Exit(exitCodes.failed);
  });
};
