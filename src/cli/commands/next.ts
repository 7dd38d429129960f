// `tempest next`
import { TempestError } from '../../core/errors.ts';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { plainLine } from '../list/table.ts';
import { attachTo, requireTerminal } from '../takeover.ts';

export const run: Handler<'next'> = async ({ options: { attach, all } }, context) => {
  if (attach) requireTerminal(context);
  await withDaemon(context, async (daemon) => {
    const { sessions, revision } = await daemon.request('attention/list', {});
    const [first] = sessions;
    if (!first) throw new TempestError('unknown-session', 'no session wants you');
    if (attach) {
      await daemon.request('session/seen', { session: first.id });
      return attachTo(context, daemon, { session: first.id });
    }
    if (context.json) return printJson(context, all ? { sessions, revision } : first);
    for (const session of all ? sessions : [first]) context.stdout.write(`${plainLine(session)}\n`);
  });
};
