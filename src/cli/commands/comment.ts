// `tempest comment`
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { textOrStdin } from '../input.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'comment'> = async ({ args }, context) => {
  const { path: typed, range } = placeFrom(args.place);
  const body = await textOrStdin(context, args.text);
  if (body.trim() === '') throw new UsageError('TEXT is empty');
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const { worktree } = await daemon.request('session/get', which);
    const path = await pathIn(worktree, typed, context.cwd);
    const answer = await daemon.request('comment/add', { ...which, path, range, body });
    if (context.json) return printJson(context, answer);
    context.stdout.write(`comment ${answer.id}\n`);
  });
};

function placeFrom(typed: string) {
  const found = /^(.+):(\d{1,9})(?:-(\d{1,9}))?$/s.exec(typed);
  const [, path = '', first = '', last = first] = found ?? [];
  const range = { start: Number(first), end: Number(last) };
  if (path !== '' && range.start >= 1 && range.start <= range.end) return { path, range };
  throw new UsageError(`PLACE is PATH:LINE or PATH:FIRST-LAST, not ${JSON.stringify(typed)}`);
}

/** Whoever stands in the worktree means what lies there; else the path begins at its top. */
async function pathIn(worktree: string, typed: string, cwd: string): Promise<string> {
  const [top, here] = await Promise.all([worktree, cwd].map((path) => realpath(path)));
  if (top === undefined || here === undefined) return typed;
  const isHere = here === top || here.startsWith(top + sep);
  if (isAbsolute(typed)) return relative(top, await realpath(typed).catch(() => typed));
  return isHere ? relative(top, join(here, typed)) : typed;
}
