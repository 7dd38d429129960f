// `tempest check`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { Exit, exitCodes, UsageError } from '../failure.ts';
import { checkResult } from '../list/check.ts';
import { withOffers } from '../offers.ts';
import { requestWithProgress } from '../progress.ts';
import { plainEnvironment } from '../surroundings.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'check'> = async ({ options, args }, context) => {
  if (options.log && options.cancel) throw new UsageError('--log and --cancel exclude each other');
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    if (options.log) {
      const log = await daemon.request('check/log', which);
      return context.json ? printJson(context, log) : void context.stdout.write(log.text);
    }
    const attempt = () =>
      requestWithProgress(context, daemon, 'session/check', {
        ...which,
        env: plainEnvironment(context),
      });
    const commandPlace = async () =>
      (await daemon.request('check/command', which)).check?.from ?? context.cwd;
    const session = options.cancel
      ? await daemon.request('check/cancel', which)
      : await withOffers(context, daemon, attempt, commandPlace);
    const { check } = session;
    if (context.json) printJson(context, session);
    else context.stdout.write(`${check ? checkResult(check) : 'was never run'}\n`);
    if (!options.cancel && check?.state !== 'passed') throw new Exit(exitCodes.failed);
  });
};
