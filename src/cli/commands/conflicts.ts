// `tempest conflicts`
import type { Result } from '../../rpc/protocol.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { Exit, exitCodes } from '../failure.ts';
import { oneLine } from '../text.ts';

type Outlook = Result<'conflict/list'>;

export const run: Handler<'conflicts'> = async (_parsed, context) => {
  const isClean = await withDaemon(context, async (daemon) => {
    const outlook = await daemon.request('conflict/list', { repo: context.cwd });
    if (context.json) printJson(context, outlook);
    else await print(context, daemon, outlook);
    return outlook.conflicts.length === 0 && outlook.incomparable.length === 0;
  });
  if (!isClean) throw new Exit(exitCodes.failed);
};

async function print(context: Context, daemon: Daemon, { conflicts, incomparable }: Outlook) {
  const { sessions } = await daemon.request('session/list', { repo: context.cwd });
  const named = ({ session, with: other }: Outlook['conflicts' | 'incomparable'][number]) => {
    const find = (id: string) => sessions.find((one) => one.id === id);
    const one = find(session);
    const base = one?.base.ref ?? '';
    return [one?.name ?? session, other === null ? base : (find(other)?.name ?? other)] as const;
  };
  for (const conflict of conflicts) {
    const files = conflict.files.map(oneLine).join(', ');
    context.stdout.write(`${[...named(conflict), files].join('\t')}\n`);
  }
  for (const pair of incomparable) {
    const [one, other] = named(pair);
    context.stderr.write(`tempest: ${one} and ${other} can't be compared: ${pair.reason}\n`);
  }
}
