// `tempest send`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { textOrStdin } from '../input.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'send'> = async ({ options, args }, context) => {
  const text = await textOrStdin(context, args.text);
  await withDaemon(context, async (daemon) => {
    const session = await daemon.request('session/send', {
      ...(await whichSession(context, daemon, args.session)),
      text,
      submit: !options['no-submit'],
    });
    if (context.json) printJson(context, session);
  });
};
