// `tempest pr`
import { execa } from 'execa';
import type { Result } from '../../rpc/protocol.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { Exit, exitCodes } from '../failure.ts';
import { plainEnvironment } from '../surroundings.ts';
import { whichSession } from '../which.ts';

type Pushed = Result<'session/push'>;

export const run: Handler<'pr'> = async ({ options, args }, context) => {
  const { worktree, pushed } = await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const env = plainEnvironment(context);
    const pushed = await daemon.request('session/push', { ...which, env });
    return { ...(await daemon.request('session/get', which)), pushed };
  });
  if (context.json) return printJson(context, pushed);
  sayWhatIsLeftOut(context, pushed);
  if (pushed.command && !options.web) return await open(context, worktree, pushed);
  const where = pushed.url ?? `${pushed.branch} is pushed to ${pushed.remote}`;
  context.stdout.write(`${where}\n`);
};

/** On standard error: the address alone is the answer. */
function sayWhatIsLeftOut({ stderr }: Context, { uncommitted }: Pushed): void {
  if (uncommitted === 0) return;
  const files = uncommitted === 1 ? '1 file is' : `${uncommitted} files are`;
  stderr.write(`tempest: ${files} not committed, and so not in what was pushed\n`);
}

/** The tool has the person's own log-in, and may ask: it gets the terminal. */
async function open(context: Context, cwd: string, { command, url }: Pushed): Promise<void> {
  const [file = '', ...args] = command ?? [];
  const options = { cwd, env: context.env, extendEnv: false } as const;
  const ended = await execa(file, args, { ...options, stdio: 'inherit', reject: false });
  if (ended.exitCode === 0) return;
  if (url) context.stderr.write(`tempest: the page on which it is begun is ${url}\n`);
  throw new Exit(exitCodes.failed);
}
