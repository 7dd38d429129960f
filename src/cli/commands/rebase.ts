// `tempest rebase`
import { TempestError } from '../../core/errors.ts';
import type { Result } from '../../rpc/protocol.ts';
import { openConflict, refuseBoth } from '../by-hand.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { Exit, exitCodes } from '../failure.ts';
import { handOver } from '../hand-over.ts';
import { agree, counted, countedFiles, isAsked, landingLines, listed } from '../landing.ts';
import { plainEnvironment } from '../surroundings.ts';
import { oneLine } from '../text.ts';
import { type Which, whichSession } from '../which.ts';

export const run: Handler<'rebase'> = async ({ options, args }, context) => {
  const { preview, onto, resolve } = options;
  refuseBoth(options);
  await withDaemon(context, async (daemon) => {
    const named = await whichSession(context, daemon, args.session);
    const which = { ...named, ...(onto !== undefined && { base: onto }) };
    if (preview) return printPlan(context, await daemon.request('rebase/plan', which));
    try {
      const expected = isAsked(context, options) ? await shown(context, daemon, which) : undefined;
      const env = plainEnvironment(context);
      const params = { ...which, env, ...(expected && { expected }) };
      printRewritten(context, await daemon.request('session/rebase', params));
    } catch (error) {
      if (!(error instanceof TempestError) || error.kind !== 'conflict') throw error;
      if (resolve) await askAgent(context, daemon, which);
      else if (options['by-hand']) await openConflict(context, daemon, { ...which, by: 'rebase' });
      else if (context.json) throw error;
      else throw listed(error, (await daemon.request('rebase/plan', which)).conflicts);
    }
  });
};

/** Where the branch was and is, and how to get at what it was. */
export function printRewritten(
  context: Context,
  rewritten: Omit<Result<'session/rebase'>, 'former'> & { former?: string },
): void {
  const { base, former = base, checkpoint } = rewritten;
  const [from, to] = [rewritten.from, rewritten.to].map((id) => id.slice(0, 12));
  const based = base === former ? '' : `; it is based on ${base} now`;
  if (context.json) printJson(context, rewritten);
  else context.stdout.write(`${from} → ${to}; what it was is checkpoint ${checkpoint}${based}\n`);
}

/** What the person has agreed to; undefined where it is refused, as the error will say. */
async function shown(context: Context, daemon: Daemon, which: Which & { base?: string }) {
  const plan = await daemon.request('rebase/plan', which);
  const { base, former, tip, head, behind, leaves, conflicts } = plan;
  const isNothing = behind === 0 && leaves === 0 && base === former;
  if (isNothing || conflicts.length > 0) return undefined;
  const lines = [...planLines(plan), 'what is not committed is carried along'];
  await agree(context, lines, `Rebase on ${base}?`);
  return { tip, head };
}

function planLines(plan: Result<'rebase/plan'>): string[] {
  const { base, commits, behind, former, leaves, conflicts, stopsAt, changes } = plan;
  const what = `${counted(commits, 'commit')} on ${base}, which has ${behind} more`;
  return [
    ...(behind === 0 && leaves === 0
      ? [`on the newest ${base} already`]
      : [`${what}: ${countedFiles(changes)}`, ...landingLines(plan)]),
    ...(leaves > 0 ? [`${leaves} of ${former} stay behind`] : []),
    ...(base === former ? [] : [`it is based on ${base} from then on`]),
    ...conflicts.map((file) => `conflict: ${oneLine(file)} (${oneLine(stopsAt ?? '')})`),
  ];
}

function printPlan(context: Context, plan: Result<'rebase/plan'>): void {
  const { conflicts } = plan;
  if (context.json) printJson(context, plan);
  else context.stdout.write(`${planLines(plan).join('\n')}\n`);
  if (conflicts.length > 0) throw new Exit(exitCodes.failed);
}

async function askAgent(context: Context, daemon: Daemon, which: Which & { base?: string }) {
  const { base, conflicts, former, leaves } = await daemon.request('rebase/plan', which);
  const how = leaves > 0 ? ` (git rebase --onto ${base} ${former})` : '';
  const text =
    `Rebase this branch on ${base}${how} and resolve the conflicts, keeping the intent of both sides; commit ` +
    'or keep aside first what is not committed; run the tests.';
  const said = 'was asked to do it';
  await handOver(context, daemon, which, { by: 'rebase', text, conflicts, said });
}
