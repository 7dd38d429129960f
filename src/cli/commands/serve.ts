// `tempest serve`
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TempestError } from '../../core/errors.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { connectDaemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { packageRoot } from '../package.ts';

export const run: Handler<'serve'> = async ({ options }, context) => {
  if (options.foreground && (options['print-socket'] || context.json)) {
    throw new UsageError('--foreground goes with no other option');
  }
  if (options.foreground) return beTheDaemon(context);
  await withDaemon(context, async (daemon) => {
    const status = await daemon.request('daemon/status', {});
    const { socket } = daemon;
    if (context.json) return printJson(context, { ...status, socket });
    const said = `The daemon runs (process ${status.pid}) at ${socket}`;
    context.stdout.write(`${options['print-socket'] ? socket : said}\n`);
  });
};

/** The daemon's own program runs in this process, and ends it. */
async function beTheDaemon(context: Context): Promise<void> {
  const running = await connectDaemon(context, { start: false }).catch((error: unknown) => {
    if (error instanceof TempestError && error.kind === 'daemon-gone') return null;
    throw error;
  });
  if (running) {
    running.close();
    throw new TempestError(
      'wrong-state',
      `a daemon runs already (process ${running.server.pid})`,
      `Agents go on while it is restarted: kill ${running.server.pid}, then try again.`,
    );
  }
  await import(pathToFileURL(join(packageRoot(), 'dist', 'daemon.js')).href);
}
