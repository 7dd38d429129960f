// `tempest commit`
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { agree, countedFiles, isAsked, landingLines } from '../landing.ts';
import { commitMessage } from '../message.ts';
import { plainEnvironment } from '../surroundings.ts';
import { type Which, whichSession } from '../which.ts';

export const run: Handler<'commit'> = async ({ options, args }, context) => {
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
    const answer = await daemon.request('session/commit', params);
    if (context.json) return printJson(context, answer);
    const { commit } = answer;
    context.stdout.write(commit ? `committed ${commit.slice(0, 12)}\n` : 'nothing to commit\n');
  });
};

/** What the person has agreed to; undefined where there is nothing to agree to, as the answer will say. */
async function shown(context: Context, daemon: Daemon, which: Which) {
  const plan = await daemon.request('commit/plan', which);
  const { head, tree, changes, conflicts, merge } = plan;
  if ((changes.files === 0 && !merge) || conflicts.length > 0) return undefined;
  await agree(context, [countedFiles(changes), ...landingLines(plan)], 'Commit all of this?');
  return { head, tree };
}
