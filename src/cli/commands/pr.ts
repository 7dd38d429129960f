// `tempest pr`
import { execa } from 'execa';
import type { Session } from '../../core/session/session.ts';
import type { Result } from '../../rpc/protocol.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { Exit, exitCodes } from '../failure.ts';
import { whichSession } from '../which.ts';

type Pushed = Result<'session/push'>;

export const run: Handler<'pr'> = async ({ options, args }, context) => {
  const { session, pushed } = await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const pushed = await daemon.request('session/push', which);
    return { session: await daemon.request('session/get', which), pushed };
  });
  if (context.json) return printJson(context, pushed);
  if (pushed.tool && !options.web) return await open(context, session, pushed);
  const where = pushed.url ?? `${pushed.branch} is pushed to ${pushed.remote}`;
  context.stdout.write(`${where}\n`);
};

/** The tool has the person's own log-in, and may ask: it gets the terminal. */
async function open(context: Context, session: Session, { tool, branch, base }: Pushed) {
  const words = session.prompt.split('\n');
  const [title, body] = [words[0] || session.name, words.slice(1).join('\n').trim()];
  const args =
    tool === 'gh'
      ? ['pr', 'create', '--head', branch, '--base', base, '--title', title, '--body', body]
      : [
          ...['mr', 'create', '--source-branch', branch, '--target-branch', base],
          ...['--title', title, '--description', body, '--yes'],
        ];
  const options = { cwd: session.worktree, env: context.env, extendEnv: false } as const;
  const ended = await execa(tool ?? '', args, { ...options, stdio: 'inherit', reject: false });
  if (ended.exitCode !== 0) throw new Exit(exitCodes.failed);
}
