// Pushes a session's branch, and finds out how to begin a pull request for it.
import { locate } from '../agents/locate.ts';
import { TempestError } from '../errors.ts';
import { failure, gitTry } from '../git.ts';
import { forgeTool, reviewUrl } from './review-url.ts';

export interface PullRequest {
  remote: string;
  branch: string;
  base: string;
  /** Where to begin the pull request; null when the remote's host tells nothing. */
  url: string | null;
  /** The program on the PATH that can open it by itself. */
  tool: 'gh' | 'glab' | null;
}

/** A push may take this long, in ms. */
const longest = 10 * 60_000;

/**
 * Pushes the branch to the remote that its base is followed from (else `origin`, else the only one), never by
 * force. @throws TempestError `wrong-state` without a remote, `git-failed` in git's own words.
 */
export async function pushForReview(o: {
  worktree: string;
  branch: string;
  base: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
}): Promise<PullRequest> {
  const { worktree: cwd, branch, env, signal } = o;
  const ask = async (args: string[]) => (await gitTry(args, { cwd })).stdout.toString().trim();
  const remotes = (await ask(['remote'])).split('\n').filter(Boolean);
  const followed = await ask(['config', `branch.${o.base}.remote`]);
  const named = remotes.find((name) => o.base.startsWith(`${name}/`));
  const remote = named ?? remotes.find((name) => name === (followed || 'origin')) ?? remotes[0];
  if (!remote) {
    const hint = 'Add one with `git remote add`, or merge here with `tempest merge`.';
    throw new TempestError('wrong-state', 'the repository has no remote', hint);
  }
  const args = ['push', '--set-upstream', remote, `HEAD:refs/heads/${branch}`];
  const answer = await gitTry(args, { cwd, signal, timeoutMs: longest });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  const base = named ? o.base.slice(named.length + 1) : o.base;
  const url = await ask(['remote', 'get-url', remote]);
  const tool = forgeTool(url);
  const isThere = tool !== null && locate(tool, env) !== null;
  return {
    remote,
    branch,
    base,
    url: reviewUrl(url, { branch, base }),
    tool: isThere ? tool : null,
  };
}
