// `tempest screen`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'screen'> = async ({ options, args }, context) =>
  withDaemon(context, async (daemon) => {
    const screen = await daemon.request('terminal/screen', {
      ...(await whichSession(context, daemon, args.session)),
      format: options.ansi ? 'ansi' : 'text',
      scrollback: options.scrollback,
    });
    if (context.json) return printJson(context, screen);
    // The empty rows below the last line are of no use to who reads it as text.
    const text = options.ansi ? screen.text : screen.text.trimEnd();
    context.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  });
