// `tempest commit`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { textOrStdin } from '../input.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'commit'> = async ({ options, args }, context) => {
  const message = options.message && (await textOrStdin(context, options.message));
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const params = { ...which, ...(message && { message }) };
    const answer = await daemon.request('session/commit', params);
    if (context.json) return printJson(context, answer);
    const { commit } = answer;
    context.stdout.write(commit ? `committed ${commit.slice(0, 12)}\n` : 'nothing to commit\n');
  });
};
