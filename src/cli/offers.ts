// What a new session lacks and a person can grant on the spot: a repository, a commit, an approval.
import { type ErrorKind, TempestError } from '../core/errors.ts';
import { askYesNo } from './ask.ts';
import { type Context, isInteractive } from './context.ts';
import type { Daemon } from './daemon.ts';
import { indentText } from './text.ts';

type Offer = (context: Context, daemon: Daemon) => Promise<boolean>;

/** Each asks first, and gives false when the person declined. */
const offers: { [K in ErrorKind]?: Offer } = {
  'not-a-repository': async (context, daemon) => {
    const asked = `${context.cwd} is not a git repository. Make it one with \`git init\`?`;
    if (!(await askYesNo(context, asked))) return false;
    await daemon.request('repo/prepare', { path: context.cwd, step: 'init' });
    return true;
  },
  'no-commit': async (context, daemon) => {
    const asked = 'The repository has no commit to start from. Make an empty first one?';
    if (!(await askYesNo(context, asked))) return false;
    await daemon.request('repo/prepare', { path: context.cwd, step: 'commit' });
    return true;
  },
  'setup-unapproved': (context, daemon) => offerApproval(context, daemon, context.cwd),
};

/**
 * Runs `attempt`; where it fails for want of something that the person can grant, asks once for
 * each, on a terminal only, and tries again. A refusal fails with the attempt's own error.
 */
export async function withOffers<T>(
  context: Context,
  daemon: Daemon,
  attempt: () => Promise<T>,
): Promise<T> {
  const made = new Set<ErrorKind>();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TempestError) || !isInteractive(context)) throw error;
      const offer = offers[error.kind];
      if (!offer || made.has(error.kind)) throw error;
      made.add(error.kind);
      if (!(await offer(context, daemon))) throw error;
    }
  }
}

/** Shows the exact setup command of the repository at `path`, and asks for its approval. */
export async function offerApproval(
  context: Context,
  daemon: Daemon,
  path: string,
): Promise<boolean> {
  const { setup } = await daemon.request('repo/inspect', { path });
  if (!setup) return false;
  context.stderr.write(
    `Every new session of this repository will run:\n\n${indentText(setup.command)}\n\n`,
  );
  if (!(await askYesNo(context, 'Approve exactly this?'))) return false;
  await daemon.request('repo/approve', { path, hash: setup.hash });
  return true;
}
