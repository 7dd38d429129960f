// `tempest approve`
import { resolve } from 'node:path';
import { TempestError } from '../../core/errors.ts';
import { type Context, type Handler, isInteractive, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { offerApproval } from '../offers.ts';

export const run: Handler<'approve'> = async ({ options, args }, context) =>
  withDaemon(context, async (daemon) => {
    const path = resolve(context.cwd, args.path ?? '.');
    const { root, setup } = await daemon.request('repo/inspect', { path });
    if (root === null) {
      throw new TempestError('not-a-repository', `${path} is not in a git repository`);
    }
    const said = setup === null ? 'There is no setup command to approve' : 'Already approved';
    if (setup === null || setup.approved) return report(context, daemon, path, said);
    if (options.yes) {
      await daemon.request('repo/approve', { path, hash: setup.hash });
      return report(context, daemon, path, `Approved:\n${setup.command}`);
    }
    if (!isInteractive(context)) {
      throw new UsageError('there is nobody to ask', 'With --yes it is approved unasked.');
    }
    if (await offerApproval(context, daemon, path)) {
      return report(context, daemon, path, 'Approved');
    }
    throw new TempestError('setup-unapproved', 'not approved');
  });

async function report(context: Context, daemon: Daemon, path: string, said: string) {
  if (context.json) printJson(context, await daemon.request('repo/inspect', { path }));
  else context.stdout.write(`${said}\n`);
}
