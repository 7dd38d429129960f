// `tempest merge`
import { TempestError } from '../../core/errors.ts';
import type { Params, Result } from '../../rpc/protocol.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { Exit, exitCodes, UsageError } from '../failure.ts';
import { textOrStdin } from '../input.ts';
import { oneLine } from '../text.ts';
import { type Which, whichSession } from '../which.ts';

export const run: Handler<'merge'> = async ({ options, args }, context) => {
  const { preview, squash, undo, into, resolve } = options;
  if (squash && options['ff-only']) {
    throw new UsageError('--squash and --ff-only exclude each other');
  }
  if (undo && preview) throw new UsageError('--undo and --preview exclude each other');
  const message = options.message && (await textOrStdin(context, options.message));
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const base = into !== undefined ? { base: into } : {};
    if (undo) return printMerged(context, await daemon.request('merge/undo', which));
    if (preview)
      return printPlan(context, await daemon.request('merge/plan', { ...which, ...base }));
    const params: Params<'merge/apply'> = {
      ...which,
      ...base,
      strategy: squash ? 'squash' : options['ff-only'] ? 'fast-forward' : 'merge',
      ...(message && { message }),
    };
    try {
      printMerged(context, await daemon.request('merge/apply', params));
    } catch (error) {
      if (!resolve || !(error instanceof TempestError) || error.kind !== 'conflict') throw error;
      await handOver(context, daemon, { ...which, ...base });
    }
  });
};

function printMerged(context: Context, merged: Result<'merge/apply'>): void {
  const short = (id: string) => id.slice(0, 12);
  if (context.json) printJson(context, merged);
  else context.stdout.write(`${merged.base}: ${short(merged.from)} → ${short(merged.to)}\n`);
}

function printPlan(context: Context, plan: Result<'merge/plan'>): void {
  if (context.json) printJson(context, plan);
  else {
    const { base, commits, changes, uncommitted, conflicts, checkout } = plan;
    const counted = `${changes.files} files, +${changes.added} -${changes.removed}`;
    const lines = [
      `${commits} ${commits === 1 ? 'commit' : 'commits'} into ${base}: ${counted}`,
      uncommitted > 0 && `${uncommitted} not committed, and would not land`,
      checkout && `${base} is checked out in ${checkout}, and would be brought along`,
      plan.canFastForward && 'can be fast-forwarded',
      ...conflicts.map((file) => `conflict: ${oneLine(file)}`),
    ];
    context.stdout.write(`${lines.filter(Boolean).join('\n')}\n`);
  }
  if (plan.conflicts.length > 0) throw new Exit(exitCodes.failed);
}

/** The agent merges the base into its own branch, where nobody else is in the way. */
async function handOver(context: Context, daemon: Daemon, which: Which & { base?: string }) {
  const { base, conflicts } = await daemon.request('merge/plan', which);
  const text =
    `Merge the branch ${base} into this one and resolve the conflicts, keeping the intent of both ` +
    `sides; run the tests, then commit. Conflicts are in: ${conflicts.join(', ')}`;
  const session = await daemon.request('session/send', { session: which.session, text });
  if (context.json) return printJson(context, session);
  context.stdout.write(`${session.name} was asked to resolve it; then merge again\n`);
}
