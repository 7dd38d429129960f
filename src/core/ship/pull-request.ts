// Pushes a session's branch, and finds out how to begin a pull request for it.
import { locate } from '../agents/locate.ts';
import { TempestError } from '../errors.ts';
import { failure } from '../git.ts';
import { plumbing } from '../worktree/plumbing.ts';
import { type ForgeTool, forgeCommand } from './forge-command.ts';
import { asPerson } from './person.ts';
import { type Forges, forgeTool, reviewUrl } from './review-url.ts';
import { countUncommitted } from './uncommitted.ts';

export interface PullRequest {
  remote: string;
  branch: string;
  base: string;
  /** Where to begin the pull request; null when the remote's host tells nothing. */
  url: string | null;
  /** The program on the PATH that can open it by itself. */
  tool: ForgeTool | null;
  /** That program with its arguments, to be run in the worktree; null without one. */
  command: string[] | null;
  /** Files that are not committed, and so not in what was pushed. */
  uncommitted: number;
}

/**
 * Pushes the branch to the remote that its base is followed from (else `origin`, else the only one), never by
 * force. @throws TempestError `wrong-state` without a remote, `git-failed` in git's own words.
 */
export async function pushForReview(o: {
  worktree: string;
  branch: string;
  base: string;
  /** What the pull request says: a line for its title, then the rest. */
  text: string;
  /** The caller's environment, where it is known. */
  caller?: Record<string, string> | undefined;
  /** Of hosts whose names don't tell. */
  forges?: Forges | undefined;
  /** The daemon's own. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
}): Promise<PullRequest> {
  const { worktree: cwd, branch, caller: env, signal } = o;
  const run = await asPerson({ cwd, env, signal });
  const ask = async (args: string[]) => (await run(args)).stdout.toString().trim();
  const remotes = (await ask(['remote'])).split('\n').filter(Boolean);
  const followed = await ask(['config', `branch.${o.base}.remote`]);
  const named = remotes.find((name) => o.base.startsWith(`${name}/`));
  const remote = named ?? remotes.find((name) => name === (followed || 'origin')) ?? remotes[0];
  if (!remote) {
    const hint = 'Add one with `git remote add`, or merge here with `tempest merge`.';
    throw new TempestError('wrong-state', 'the repository has no remote', hint);
  }
  // Before the push: what is committed in its midst must not be taken for pushed.
  const uncommitted = await countUncommitted(plumbing({ cwd, signal }));
  const args = ['push', '--set-upstream', remote, `HEAD:refs/heads/${branch}`];
  const answer = await run(args);
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  const base = named ? o.base.slice(named.length + 1) : o.base;
  const url = await ask(['remote', 'get-url', remote]);
  const known = forgeTool(url, o.forges);
  const tool = known !== null && locate(known, env ?? o.env) !== null ? known : null;
  return {
    remote,
    branch,
    base,
    url: reviewUrl(url, { branch, base }, o.forges),
    tool,
    command: tool && forgeCommand(tool, { branch, base, text: o.text }),
    uncommitted,
  };
}
