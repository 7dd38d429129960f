// `tempest squash`
import type { Context, Handler } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { agree, counted, countedFiles, isAsked, landingLines } from '../landing.ts';
import { commitMessage } from '../message.ts';
import { plainEnvironment } from '../surroundings.ts';
import { type Which, whichSession } from '../which.ts';
import { printRewritten } from './rebase.ts';

export const run: Handler<'squash'> = async ({ options, args }, context) => {
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const expected = isAsked(context, options) ? await shown(context, daemon, which) : undefined;
    const message = await commitMessage(context, daemon, which, options);
    const params = {
      ...which,
      env: plainEnvironment(context),
      ...(message !== undefined && { message }),
      ...(expected && { expected }),
    };
    printRewritten(context, await daemon.request('session/squash', params));
  });
};

/** What the person has agreed to. */
async function shown(context: Context, daemon: Daemon, which: Which) {
  const plan = await daemon.request('squash/plan', which);
  const { tip, head, commits, base, changes } = plan;
  const what = `${counted(commits, 'commit')} beyond ${base}: ${countedFiles(changes)}`;
  await agree(context, [what, ...landingLines(plan)], 'Make one commit of them?');
  return { tip, head };
}
