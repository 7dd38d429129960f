// A conflict that the person resolves: begun in the session's worktree, and told as lines that an editor can go to.
import type { Params, Result } from '../rpc/protocol.ts';
import { type Context, printJson } from './context.ts';
import type { Daemon } from './daemon.ts';
import { UsageError } from './failure.ts';
import { plainEnvironment } from './surroundings.ts';
import { oneLine } from './text.ts';

type Opened = Result<'conflict/open'>;

/** There is one who resolves it. */
export function refuseBoth({
  resolve,
  'by-hand': byHand,
}: {
  resolve: boolean;
  'by-hand': boolean;
}) {
  if (resolve && byHand) throw new UsageError('--resolve and --by-hand exclude each other');
}

/** Opens it, and says where its conflicts are and what comes after. */
export async function openConflict(
  context: Context,
  daemon: Daemon,
  which: Omit<Params<'conflict/open'>, 'env'>,
): Promise<void> {
  const opened = await daemon.request('conflict/open', {
    ...which,
    env: plainEnvironment(context),
  });
  if (context.json) return printJson(context, opened);
  const session = await daemon.request('session/get', which);
  context.stdout.write(`${[...places(opened), ...whatNext(opened, session)].join('\n')}\n`);
}

function places({ worktree, files }: Opened): string[] {
  return files.flatMap(({ path, text, markers }) => {
    const lines = markers.length === 0 ? [1] : markers;
    return lines.map((line) => `${oneLine(`${worktree}/${path}`)}:${line}: ${text}`);
  });
}

function whatNext(opened: Opened, session: Result<'session/get'>): string[] {
  const { by, base, worktree, checkpoint, conclude, abort } = opened;
  const isElsewhere = by === 'rebase' && base !== session.base.ref;
  const then = isElsewhere ? `, then \`tempest rebase ${session.name} --onto ${base}\`` : '';
  const goOn =
    by === 'merge'
      ? `\`tempest commit ${session.name}\`, and merge again`
      : `\`git add\` them and \`${conclude}\`${then}`;
  return [
    `the ${by === 'merge' ? `merge of ${base}` : `rebase on ${base}`} waits for you in ${worktree}`,
    `resolve the conflicts, then ${goOn}`,
    `\`${abort}\` takes it back; what was there is checkpoint ${checkpoint}`,
  ];
}
