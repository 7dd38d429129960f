// Which session a person means.
import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { TempestError } from '../core/errors.ts';
import { realPlace } from '../core/worktree/real-place.ts';
import type { Context } from './context.ts';
import type { Daemon } from './daemon.ts';

/** How requests name a session. */
export interface Which {
  session: string;
  repo?: string;
}

/**
 * The session called `typed`, those of the repository around the working folder first. Nothing,
 * or `.`, means the session whose worktree the working folder lies in.
 * @throws TempestError `unknown-session` when there is none here
 */
export async function whichSession(
  context: Context,
  daemon: Daemon,
  typed: string | undefined,
): Promise<Which> {
  if (typed !== undefined && typed !== '.') return { session: typed, repo: context.cwd };
  const { sessions } = await daemon.request('session/list', {});
  const here = await realPlace(context.cwd);
  for (const { id, worktree } of sessions) {
    // A worktree that is gone for the moment can't be the place where we stand.
    const top = await realpath(worktree).catch(() => null);
    if (top !== null && (here === top || here.startsWith(top + sep))) return { session: id };
  }
  throw new TempestError(
    'unknown-session',
    "this folder is in no session's worktree",
    'Name the session; `tempest list` shows them.',
  );
}
