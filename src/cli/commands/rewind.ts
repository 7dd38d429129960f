// `tempest rewind`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { wholeNumber } from '../input.ts';
import { plainEnvironment, terminalSize } from '../surroundings.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'rewind'> = async ({ args, options }, context) => {
  const number = wholeNumber(args.number, 'NUMBER');
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const kept = await daemon.request('checkpoint/rewind', {
      ...which,
      number,
      conversation: !options.files,
      env: plainEnvironment(context),
      ...terminalSize(context),
    });
    if (context.json) return printJson(context, kept);
    const what = kept.conversationToo
      ? `${args.session} and its conversation are`
      : `${args.session} is`;
    context.stdout.write(
      `${what} back at checkpoint ${number}; what it was is checkpoint ${kept.number}\n`,
    );
  });
};
