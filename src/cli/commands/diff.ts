// `tempest diff`
import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { scopes } from '../../core/review/words.ts';
import { realPlace } from '../../core/worktree/real-place.ts';
import type { Result } from '../../rpc/protocol.ts';
import { wantsColor } from '../colors.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { wholeNumber } from '../input.ts';
import { openPager } from '../pager.ts';
import { type Which, whichSession } from '../which.ts';

export const run: Handler<'diff'> = async ({ options, args, rest }, context) => {
  if (options.stat && options['name-only']) {
    throw new UsageError('--stat and --name-only exclude each other');
  }
  await withDaemon(context, async (daemon) => {
    const named = await whichSession(context, daemon, args.session);
    const which = { ...named, ...comparedBy(options) };
    if (context.json) return printJson(context, await wholeDiff(daemon, which));
    await printDiff(context, daemon, which, {
      format: options.stat ? 'stat' : options['name-only'] ? 'name-only' : 'patch',
      paths: rest ? await fromTop(context, daemon, which, rest) : [],
      color: wantsColor(context.stdout, context.env),
      binary: !context.stdout.isTTY,
      ...(context.stdout.isTTY && { cols: context.stdout.columns }),
    });
  });
};

const filesAtOnce = 10_000;

/** What is compared, as the person said it. */
function comparedBy(
  options: Partial<Record<'scope' | 'turn' | 'from' | 'to' | 'against', string | undefined>>,
) {
  const { scope, turn, from, to, against } = options;
  if ([scope, turn, from ?? to, against].filter((one) => one !== undefined).length > 1) {
    throw new UsageError('--scope, --turn, --from with --to, and --against exclude each other');
  }
  const known = scopes.find((one) => one === scope);
  if (scope !== undefined && !known) {
    throw new UsageError(`--scope is one of ${scopes.join(', ')}, not ${JSON.stringify(scope)}`);
  }
  return {
    ...(known && { scope: known }),
    ...(turn !== undefined && { turn: wholeNumber(turn, '--turn') }),
    ...(from !== undefined && { from: wholeNumber(from, '--from') }),
    ...(to !== undefined && { to: wholeNumber(to, '--to') }),
    ...(against !== undefined && { against }),
  };
}

/** Page by page, since the list may be longer than a message. */
async function wholeDiff(daemon: Daemon, which: Which): Promise<Result<'session/diff'>> {
  const diff = await daemon.request('session/diff', { ...which, limit: filesAtOnce });
  for (let { next } = diff; next !== null; ) {
    const more = await daemon.request('session/diff', { ...which, limit: filesAtOnce, page: next });
    diff.files.push(...more.files);
    next = more.next;
  }
  return { ...diff, next: null };
}

interface Look {
  format: 'patch' | 'stat' | 'name-only';
  paths: string[];
  color: boolean;
  binary: boolean;
  cols?: number;
}

async function printDiff(context: Context, daemon: Daemon, which: Which, look: Look) {
  let answer: Result<'session/patch'> = await daemon.request('session/patch', {
    ...which,
    ...look,
  });
  const out = await openPager(context);
  for (;;) {
    const wanted = await out.write(Buffer.from(answer.data, 'base64'));
    if (!wanted || answer.next === null) break;
    answer = await daemon.request('session/patch', { ...which, ...look, page: answer.next });
  }
  await out.end();
}

/** Paths as typed here, turned into paths from the top of the worktree. */
async function fromTop(context: Context, daemon: Daemon, which: Which, paths: string[]) {
  const { worktree, repo } = await daemon.request('session/get', which);
  const here = await realPlace(context.cwd);
  for (const checkout of [worktree, repo]) {
    const top = await realpath(checkout).catch(() => null);
    if (top === null || !(here === top || here.startsWith(top + sep))) continue;
    return paths.map((path) => relative(top, resolve(here, path)) || '.');
  }
  return paths;
}
