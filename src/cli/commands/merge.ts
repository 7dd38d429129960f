// `tempest merge`
import { TempestError } from '../../core/errors.ts';
import type { Params, Result } from '../../rpc/protocol.ts';
import { openConflict, refuseBoth } from '../by-hand.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { Exit, exitCodes, UsageError } from '../failure.ts';
import { handOver } from '../hand-over.ts';
import { agree, counted, countedFiles, isAsked, landingLines, listed } from '../landing.ts';
import { checkResult } from '../list/check.ts';
import { commitMessage } from '../message.ts';
import { plainEnvironment } from '../surroundings.ts';
import { oneLine } from '../text.ts';
import { type Which, whichSession } from '../which.ts';

export const run: Handler<'merge'> = async ({ options, args }, context) => {
  const { preview, squash, undo, into, resolve } = options;
  refuseBoth(options);
  if (squash && options['ff-only']) {
    throw new UsageError('--squash and --ff-only exclude each other');
  }
  if (undo && preview) throw new UsageError('--undo and --preview exclude each other');
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const base = into !== undefined ? { base: into } : {};
    if (undo) return printMerged(context, await daemon.request('merge/undo', which), null);
    if (preview) {
      return printPlan(context, await daemon.request('merge/plan', { ...which, ...base }));
    }
    const expected = isAsked(context, options)
      ? await shown(context, daemon, { ...which, ...base })
      : undefined;
    const message = await commitMessage(context, daemon, which, options);
    const params: Params<'merge/apply'> = {
      ...which,
      ...base,
      env: plainEnvironment(context),
      strategy: squash ? 'squash' : options['ff-only'] ? 'fast-forward' : 'merge',
      ...(message !== undefined && { message }),
      ...(expected && { expected }),
    };
    try {
      const name = await warnOfCheck(context, daemon, which);
      printMerged(context, await daemon.request('merge/apply', params), name);
    } catch (error) {
      if (!(error instanceof TempestError) || error.kind !== 'conflict') throw error;
      const conflict = { ...which, ...base };
      if (resolve) await askAgent(context, daemon, conflict);
      else if (options['by-hand'])
        await openConflict(context, daemon, { ...conflict, by: 'merge' });
      else if (context.json) throw error;
      else throw listed(error, (await daemon.request('merge/plan', conflict)).conflicts);
    }
  });
};

/** A check that failed is no reason to refuse: a merge can be taken back. Gives the session's name. */
async function warnOfCheck(context: Context, daemon: Daemon, which: Which): Promise<string> {
  const { name, check } = await daemon.request('session/get', which);
  if (context.json || (check?.state !== 'failed' && check?.state !== 'running')) return name;
  const said = check.state === 'failed' ? checkResult(check) : 'goes on';
  context.stderr.write(`tempest: the check of ${name} ${said}\n`);
  return name;
}

/** A session that has landed may go. */
function printMerged(context: Context, merged: Result<'merge/apply'>, name: string | null): void {
  const short = (id: string) => id.slice(0, 12);
  if (context.json) printJson(context, merged);
  else {
    const hint = name === null ? '' : `; \`tempest remove ${name}\` ends the session`;
    context.stdout.write(`${merged.base}: ${short(merged.from)} → ${short(merged.to)}${hint}\n`);
  }
}

/** What the person has agreed to; undefined where it is refused, as the error will say. */
async function shown(context: Context, daemon: Daemon, which: Which & { base?: string }) {
  const plan = await daemon.request('merge/plan', which);
  const { base, tip, head, commits, uncommitted, conflicts } = plan;
  if (commits === 0 || uncommitted > 0 || conflicts.length > 0) return undefined;
  await agree(context, planLines(plan), `Merge into ${base}?`);
  return { tip, head };
}

function planLines(plan: Result<'merge/plan'>): string[] {
  const { base, commits, changes, uncommitted, conflicts, checkout } = plan;
  const lines = [
    `${counted(commits, 'commit')} into ${base}: ${countedFiles(changes)}`,
    ...landingLines(plan),
    uncommitted > 0 && `${uncommitted} not committed: refused until you \`tempest commit\``,
    checkout && `${base} is checked out in ${checkout}, and would be brought along`,
    plan.canFastForward && 'can be fast-forwarded',
    plan.check && `the check ${checkResult(plan.check)}`,
    ...conflicts.map((file) => `conflict: ${oneLine(file)}`),
  ];
  return lines.filter((line) => typeof line === 'string');
}

function printPlan(context: Context, plan: Result<'merge/plan'>): void {
  if (context.json) printJson(context, plan);
  else context.stdout.write(`${planLines(plan).join('\n')}\n`);
  if (plan.conflicts.length > 0) throw new Exit(exitCodes.failed);
}

/** The agent merges the base into its own branch, where nobody else is in the way. */
async function askAgent(context: Context, daemon: Daemon, which: Which & { base?: string }) {
  const { base, conflicts } = await daemon.request('merge/plan', which);
  const text =
    `Merge the branch ${base} into this one and resolve the conflicts, keeping the intent of both ` +
    'sides; run the tests, then commit.';
  const said = 'was asked to resolve it; then merge again';
  await handOver(context, daemon, which, { by: 'merge', text, conflicts, said });
}
