// `tempest attach`: loads as little as it can, since editors start it for every visible session.
import type { Handler } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { parseKey } from '../detach-key.ts';
import { attachTo, requireTerminal } from '../takeover.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'attach'> = async ({ options, args }, context) => {
  const ownTerminal = options['own-terminal'];
  const detachKey = parseKey(options['detach-key'] ?? (ownTerminal ? 'none' : 'ctrl-]'));
  requireTerminal(context);
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    await attachTo(context, daemon, which, { detachKey, ownTerminal });
  });
};
