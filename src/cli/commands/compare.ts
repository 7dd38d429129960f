// `tempest compare`
import type { Result } from '../../rpc/protocol.ts';
import { colorsFor } from '../colors.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { attemptTable } from '../list/attempts.ts';
import { oneLine } from '../text.ts';

type Attempt = Result<'group/compare'>['attempts'][number];

export const run: Handler<'compare'> = async ({ args }, context) => {
  await withDaemon(context, async (daemon) => {
    const params = { names: [...args.name], repo: context.cwd };
    const answer = await daemon.request('group/compare', params);
    if (context.json) return printJson(context, answer);
    const lines = context.stdout.isTTY
      ? table(context, answer.attempts)
      : answer.attempts.map(plain);
    context.stdout.write(`${lines.join('\n')}\n`);
  });
};

function table({ stdout, env }: Context, attempts: Attempt[]): string[] {
  return attemptTable(attempts, colorsFor(stdout, env));
}

/** Fields may be added at the end, never moved. */
function plain({ session, turns, ms }: Attempt): string {
  const { id, name, agent, command, status, changes, check, usage } = session;
  const total = usage?.total;
  return [
    id,
    oneLine(name),
    oneLine(command?.[0] ?? agent),
    status,
    changes?.files ?? '',
    changes?.added ?? '',
    changes?.removed ?? '',
    check ? `${check.state}${check.stale ? ' stale' : ''}` : '',
    total ? total.input + total.output : '',
    total?.cost ?? '',
    turns,
    Math.round(ms / 1000),
  ].join('\t');
}
