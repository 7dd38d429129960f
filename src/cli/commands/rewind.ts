// `tempest rewind`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { wholeNumber } from '../input.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'rewind'> = async ({ args }, context) => {
  const number = wholeNumber(args.number, 'NUMBER');
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const kept = await daemon.request('checkpoint/rewind', { ...which, number });
    if (context.json) return printJson(context, kept);
    context.stdout.write(
      `${args.session} is back at checkpoint ${number}; what it was is checkpoint ${kept.number}\n`,
    );
  });
};
