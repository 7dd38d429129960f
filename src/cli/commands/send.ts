// `tempest send`
import { TempestError } from '../../core/errors.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { Exit, exitCodes, UsageError } from '../failure.ts';
import { wordsFor } from '../library.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'send'> = async ({ options, args }, context) => {
  const { all, use, queue } = options;
  if (queue && options['no-submit']) {
    throw new UsageError('--queue and --no-submit exclude each other');
  }
  // With --all the only argument is the text.
  if (all && args.text !== undefined) throw new UsageError('--all takes no SESSION');
  const named = all ? undefined : args.session;
  const typed = all ? args.session : args.text;
  if (!all && named === undefined) throw new UsageError('SESSION is missing');
  if (typed === undefined && use === undefined) throw new UsageError('TEXT is missing');

  await withDaemon(context, async (daemon) => {
    const several = all ? await running(context, daemon) : (named ?? '').split(',').filter(Boolean);
    const [only] = several;
    const isOne = !all && several.length === 1 && only !== undefined;
    const which = isOne ? await whichSession(context, daemon, only) : null;
    const session = which?.session;
    const { text } = await wordsFor(context, daemon, { ...options, text: typed, session });
    const submit = !options['no-submit'];
    if (!which) return await toSeveral(context, daemon, { sessions: several, text, submit, queue });
    const answer = queue
      ? await daemon.request('queue/add', { ...which, text })
      : await daemon.request('session/send', { ...which, text, submit });
    if (context.json) printJson(context, answer);
  });
};

/** Those of this repository that can be sent to. */
async function running({ cwd }: Context, daemon: Daemon): Promise<string[]> {
  const { sessions } = await daemon.request('session/list', { repo: cwd });
  const found = sessions.filter(({ status }) =>
    ['starting', 'working', 'waiting', 'idle'].includes(status),
  );
  if (found.length === 0) {
    throw new TempestError(
      'unknown-session',
      'no session of this repository runs',
      'See `tempest list`.',
    );
  }
  return found.map(({ id }) => id);
}

async function toSeveral(
  context: Context,
  daemon: Daemon,
  message: { sessions: string[]; text: string; submit: boolean; queue: boolean },
): Promise<void> {
  const answer = await daemon.request('message/broadcast', { ...message, repo: context.cwd });
  const { sessions } = await daemon.request('session/list', {});
  const names = new Map(sessions.map(({ id, name }) => [id, name]));
  if (context.json) printJson(context, answer);
  for (const { session, id, queued, error } of answer.outcomes) {
    if (context.json) break;
    const name = names.get(id ?? '') ?? session;
    const said = queued ? 'queued' : 'sent';
    context.stdout.write(`${name}\t${error ? `failed\t${error.message}` : said}\n`);
  }
  if (answer.outcomes.some(({ error }) => error)) throw new Exit(exitCodes.failed);
}
