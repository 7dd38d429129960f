// Git as the person themselves runs it: with their name, and in their environment, where their keys and programs are.
import { type GitAnswer, gitTry } from '../git.ts';
import { identity } from '../worktree/identity.ts';

export interface PersonPlace {
  cwd: string;
  /** The caller's environment, in place of the daemon's: that may be weeks old, its SSH agent long gone. */
  env?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
}

export interface More {
  input?: string | undefined;
  env?: Record<string, string> | undefined;
}

/** A non-zero exit is an answer, not an error. */
export type AsPerson = (args: string[], more?: More) => Promise<GitAnswer>;

/** Hooks may take a while: tests are run in them. So may a push. Ms. */
const longest = 10 * 60_000;

/** What it starts, such as hooks, gpg and ssh, has the same environment, and ten minutes. */
export async function asPerson({ cwd, env: caller, signal }: PersonPlace): Promise<AsPerson> {
  const own = await identity(cwd, caller);
  return (args, { input, env } = {}) =>
    gitTry(args, { cwd, caller, signal, input, timeoutMs: longest, env: { ...own, ...env } });
}

/** The arguments by which `commit-tree`, which doesn't look at that setting, signs as the person has set. */
export async function signing(run: AsPerson): Promise<string[]> {
  const set = await run(['config', '--type=bool', 'commit.gpgsign']);
  return set.stdout.toString().trim() === 'true' ? ['-S'] : [];
}
