// `tempest send-review`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { textOrStdin } from '../input.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'send-review'> = async ({ options, args }, context) => {
  const note = options.note && (await textOrStdin(context, options.note));
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const params = { ...which, queue: options.queue, ...(note && { note }) };
    const answer = await daemon.request('review/send', params);
    if (context.json) return printJson(context, answer);
    const { length } = answer.comments;
    const count = `${length} ${length === 1 ? 'comment' : 'comments'}`;
    context.stdout.write(`${count} ${answer.queued ? 'queued' : 'sent'}\n`);
  });
};
