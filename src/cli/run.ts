// Runs one command line: parses it, loads only that command, and turns its end into an exit code.
import type { CommandName } from './commands.ts';
import type { Context, Handler } from './context.ts';
import { describeFailure, Exit, exitCodes, failureOf } from './failure.ts';
import { type Parsed, parseCommandLine } from './parse.ts';

/** Each command's code is loaded when it runs, so that none pays for another. */
const handlers: { [N in CommandName]: () => Promise<{ run: Handler<N> }> } = {
  new: () => import('./commands/new.ts'),
  fork: () => import('./commands/fork.ts'),
  race: () => import('./commands/race.ts'),
  compare: () => import('./commands/compare.ts'),
  choose: () => import('./commands/choose.ts'),
  list: () => import('./commands/list.ts'),
  attach: () => import('./commands/attach.ts'),
  open: () => import('./commands/open.ts'),
  queue: () => import('./commands/queue.ts'),
  prompts: () => import('./commands/prompts.ts'),
  send: () => import('./commands/send.ts'),
  next: () => import('./commands/next.ts'),
  answer: () => import('./commands/answer.ts'),
  wait: () => import('./commands/wait.ts'),
  rename: () => import('./commands/rename.ts'),
  close: () => import('./commands/close.ts'),
  remove: () => import('./commands/remove.ts'),
  restore: () => import('./commands/restore.ts'),
  diff: () => import('./commands/diff.ts'),
  commit: () => import('./commands/commit.ts'),
  check: () => import('./commands/check.ts'),
  rebase: () => import('./commands/rebase.ts'),
  squash: () => import('./commands/squash.ts'),
  merge: () => import('./commands/merge.ts'),
  pr: () => import('./commands/pr.ts'),
  conflicts: () => import('./commands/conflicts.ts'),
  checkpoints: () => import('./commands/checkpoints.ts'),
  rewind: () => import('./commands/rewind.ts'),
  comment: () => import('./commands/comment.ts'),
  comments: () => import('./commands/comments.ts'),
  'send-review': () => import('./commands/send-review.ts'),
  screen: () => import('./commands/screen.ts'),
  logs: () => import('./commands/logs.ts'),
  agents: () => import('./commands/agents.ts'),
  approve: () => import('./commands/approve.ts'),
  doctor: () => import('./commands/doctor.ts'),
  completion: () => import('./commands/completion.ts'),
  serve: () => import('./commands/serve.ts'),
  rpc: () => import('./commands/rpc.ts'),
  help: () => import('./commands/help.ts'),
  version: () => import('./commands/version.ts'),
  __complete: () => import('./commands/complete.ts'),
};

/** Gives the exit code; never throws. `words` are what follows `tempest`. */
export async function run(words: string[], outer: Omit<Context, 'json'>): Promise<number> {
  let json = words.includes('--json');
  try {
    const parsed = parseCommandLine(aliases(words));
    json = parsed.options.json === true;
    await dispatch(parsed, { ...outer, json });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    const failure = failureOf(error);
    outer.stderr.write(describeFailure(failure, json));
    return failure.code;
  }
}

function aliases(words: string[]): string[] {
  const [first, ...others] = words;
  if (first === '--version' || first === '-V') return ['version', ...others];
  if (first === '--help' || first === '-h') return ['help', ...others];
  return words;
}

async function dispatch(parsed: Parsed, context: Context): Promise<void> {
  if (parsed.help) {
    return (await handlers.help()).run(
      { options: {}, args: { command: parsed.name }, rest: null },
      context,
    );
  }
  const { options, args, rest } = parsed;
  const { run } = await handlers[parsed.name as CommandName]();
  // The parser filled options and args as the table's entry of this very name says.
  await (run as (input: unknown, context: Context) => Promise<void>)(
    { options, args, rest },
    context,
  );
}
