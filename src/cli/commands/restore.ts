// `tempest restore`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { requestWithProgress } from '../progress.ts';

export const run: Handler<'restore'> = async ({ args }, context) =>
  withDaemon(context, async (daemon) => {
    const session = await requestWithProgress(context, daemon, 'session/restore', {
      session: args.session,
      repo: context.cwd,
    });
    if (context.json) return printJson(context, session);
    context.stdout.write(`Restored ${session.name} in ${session.worktree}\n`);
  });
