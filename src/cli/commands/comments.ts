// `tempest comments`
import type { Result } from '../../rpc/protocol.ts';
import { colorsFor } from '../colors.ts';
import type { Commands } from '../commands.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { textOrStdin } from '../input.ts';
import type { Input } from '../spec.ts';
import { oneLine } from '../text.ts';
import { type Which, whichSession } from '../which.ts';

type Comment = Result<'comment/list'>['comments'][number];
type Options = Input<Commands['comments']>['options'];

export const run: Handler<'comments'> = async ({ options, args }, context) => {
  const { edit, remove, resolve, reopen } = options;
  if ([edit, remove, resolve, reopen].filter((id) => id !== undefined).length > 1) {
    throw new UsageError('--edit, --remove, --resolve and --reopen exclude each other');
  }
  if ((edit === undefined) !== (options.message === undefined)) {
    throw new UsageError('--edit and --message go together');
  }
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const changed = await change(context, daemon, which, options);
    if (changed !== undefined) {
      if (context.json) printJson(context, changed);
      return;
    }
    const answer = await daemon.request('comment/list', which);
    const comments = answer.comments.filter(({ status }) => options.all || status !== 'resolved');
    if (context.json) return printJson(context, { comments });
    for (const comment of comments) context.stdout.write(shown(comment, context));
  });
};

/** Makes the change that was asked for; undefined when it was none. */
async function change(context: Context, daemon: Daemon, which: Which, options: Options) {
  const { edit, remove, resolve, reopen, message } = options;
  if (edit !== undefined) {
    const body = await textOrStdin(context, message ?? '');
    return await daemon.request('comment/edit', { ...which, comment: edit, body });
  }
  if (remove !== undefined) {
    return await daemon.request('comment/remove', { ...which, comment: remove });
  }
  const comment = resolve ?? reopen;
  if (comment === undefined) return undefined;
  const resolved = resolve !== undefined;
  return await daemon.request('comment/resolve', { ...which, comment, resolved });
}

function indented(line: string): string {
  const blanks = /^[ \t]*/.exec(line)?.[0] ?? '';
  return blanks.replaceAll('\t', '  ') + oneLine(line);
}

function shown(comment: Comment, context: Context): string {
  const { id, anchor, path, range, body, answer } = comment;
  const lines = range.start === range.end ? range.start : `${range.start}-${range.end}`;
  const place = `${oneLine(path)}:${lines}`;
  const status = comment.queued === null ? comment.status : 'queued';
  if (!context.stdout.isTTY) return `${[id, status, anchor, place, oneLine(body)].join('\t')}\n`;
  const { dim } = colorsFor(context.stdout, context.env);
  const where = anchor === 'gone' ? `${place} (gone)` : place;
  const head = `${id.padStart(4)}  ${status.padEnd(8)}  ${where}  ${oneLine(body)}`;
  const marked = (mark: string) => (line: string) => dim(`      ${mark} ${indented(line)}`);
  const before = (answer?.before ?? []).map(marked('-'));
  return `${[head, ...before, ...(answer?.after ?? []).map(marked('+'))].join('\n')}\n`;
}
