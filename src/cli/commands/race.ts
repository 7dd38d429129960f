// `tempest race`
import type { Params, Result } from '../../rpc/protocol.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { Exit, exitCodes, UsageError } from '../failure.ts';
import { wholeNumber } from '../input.ts';
import { wordsFor } from '../library.ts';
import { withOffers } from '../offers.ts';
import { requestWithProgress } from '../progress.ts';
import { plainEnvironment } from '../surroundings.ts';

export const run: Handler<'race'> = async ({ options, args, rest }, context) => {
  if (rest?.length === 0) throw new UsageError('nothing follows --', 'Give the program to run.');
  if (rest && options.agents) throw new UsageError('--agents and -- COMMAND exclude each other');
  const { name, base } = options;
  const named = (options.agents ?? '').split(',').filter(Boolean);
  await withDaemon(context, async (daemon) => {
    const words = await wordsFor(context, daemon, { ...options, text: args.prompt });
    const agents = named.length === 0 && words.agent !== null && !rest ? [words.agent] : named;
    const params: Params<'group/race'> = {
      repo: context.cwd,
      prompt: words.text,
      count: countOf(options.count, agents),
      agents,
      ...(rest && { command: rest }),
      ...(name !== undefined && { name }),
      ...(base !== undefined && { base }),
      env: plainEnvironment(context),
    };
    const answer = await withOffers(context, daemon, () =>
      requestWithProgress(context, daemon, 'group/race', params),
    );
    if (context.json) printJson(context, answer);
    else print(context, answer);
    if (answer.attempts.some(({ error }) => error)) throw new Exit(exitCodes.failed);
  });
};

function countOf(typed: string | undefined, agents: readonly string[]): number {
  const count = typed === undefined ? Math.max(2, agents.length) : wholeNumber(typed, '--count');
  if (count >= 1 && count <= 50) return count;
  throw new UsageError(`--count is from 1 to 50, not ${count}`);
}

function print({ stdout, stderr }: Context, { group, attempts }: Result<'group/race'>): void {
  for (const [index, { agent, session, error }] of attempts.entries()) {
    if (session) {
      stdout.write(`${session.name}\t${session.branch}\t${session.worktree}\n`);
    }
    if (error) {
      const who = agent === null ? '' : ` (${agent})`;
      stderr.write(`tempest: attempt ${index + 1}${who}: ${error.message}\n`);
    }
  }
  if (stdout.isTTY) stdout.write(`Compare them: tempest compare ${group.label}\n`);
}
