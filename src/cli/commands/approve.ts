// `tempest approve`
import { resolve } from 'node:path';
import { TempestError } from '../../core/errors.ts';
import type { Result } from '../../rpc/protocol.ts';
import { type Context, type Handler, isInteractive, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { offerApproval } from '../offers.ts';

const kinds = ['setup', 'check'] as const;

export const run: Handler<'approve'> = async ({ options, args }, context) =>
  withDaemon(context, async (daemon) => {
    const path = resolve(context.cwd, args.path ?? '.');
    const found = await daemon.request('repo/inspect', { path });
    if (found.root === null) {
      throw new TempestError('not-a-repository', `${path} is not in a git repository`);
    }
    const wanting = kinds.filter((kind) => found[kind]?.approved === false);
    if (wanting.length === 0) return report(context, daemon, path, nothingToDo(found));
    if (!options.yes && !isInteractive(context)) {
      throw new UsageError('there is nobody to ask', 'With --yes it is approved unasked.');
    }
    const approved: string[] = [];
    for (const kind of wanting) {
      const { command = '', hash = '' } = found[kind] ?? {};
      if (options.yes) await daemon.request('repo/approve', { path, hash });
      else if (!(await offerApproval(context, daemon, path, kind))) {
        throw new TempestError(`${kind}-unapproved`, 'not approved');
      }
      approved.push(command);
    }
    const said = options.yes ? `Approved:\n${approved.join('\n')}` : 'Approved';
    return report(context, daemon, path, said);
  });

function nothingToDo({ setup, check }: Result<'repo/inspect'>): string {
  return setup === null && check === null ? 'There is no command to approve' : 'Already approved';
}

async function report(context: Context, daemon: Daemon, path: string, said: string) {
  if (context.json) printJson(context, await daemon.request('repo/inspect', { path }));
  else context.stdout.write(`${said}\n`);
}
