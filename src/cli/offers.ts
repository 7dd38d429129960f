// What a request lacks and a person can grant on the spot: a repository, a commit, an approval.
import { type ErrorKind, TempestError } from '../core/errors.ts';
import { askYesNo } from './ask.ts';
import { type Context, isInteractive } from './context.ts';
import type { Daemon } from './daemon.ts';
import { indentText } from './text.ts';

type Offer = (context: Context, daemon: Daemon, path: string) => Promise<boolean>;

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
  'setup-unapproved': (context, daemon, path) => offerApproval(context, daemon, path),
  'check-unapproved': (context, daemon, path) => offerApproval(context, daemon, path, 'check'),
};

/**
 * Runs `attempt`; where it fails for want of something that the person can grant, asks once for
 * each, on a terminal only, and tries again. A refusal fails with the attempt's own error.
 * `path` is the checkout whose commands are meant: the working folder, unless told.
 */
export async function withOffers<T>(
  context: Context,
  daemon: Daemon,
  attempt: () => Promise<T>,
  path: () => Promise<string> = async () => context.cwd,
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
      if (!(await offer(context, daemon, await path()))) throw error;
    }
  }
}

/** What each kind of command is for, said before it is shown. */
const purposes = {
  setup: 'Every new session of this repository will run:',
  check: 'To check the work of sessions, this repository runs:',
};

/** Shows the exact command of the repository at `path`, and asks for its approval. */
export async function offerApproval(
  context: Context,
  daemon: Daemon,
  path: string,
  kind: keyof typeof purposes = 'setup',
): Promise<boolean> {
  const found = (await daemon.request('repo/inspect', { path }))[kind];
  if (!found) return false;
  context.stderr.write(`${purposes[kind]}\n\n${indentText(found.command)}\n\n`);
  if (!(await askYesNo(context, 'Approve exactly this?'))) return false;
  await daemon.request('repo/approve', { path, hash: found.hash });
  return true;
}
