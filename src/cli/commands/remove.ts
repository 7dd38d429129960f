// `tempest remove`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { requestWithProgress } from '../progress.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'remove'> = async ({ options, args }, context) =>
  withDaemon(context, async (daemon) => {
    const session = await requestWithProgress(context, daemon, 'session/remove', {
      ...(await whichSession(context, daemon, args.session)),
      force: options.force,
    });
    if (context.json) return printJson(context, session);
    const { name, removed } = session;
    const until = removed ? ` until ${new Date(removed.expiresAt).toISOString().slice(0, 10)}` : '';
    context.stdout.write(`Removed ${name}; \`tempest restore ${name}\` brings it back${until}\n`);
  });
