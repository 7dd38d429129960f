// Commits on the person's behalf: with their name, their hooks and their signature.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TempestError } from '../errors.ts';
import { failure, type GitAnswer, gitTry } from '../git.ts';
import { identity } from '../worktree/identity.ts';

/** Hooks may take a while: tests are run in them. Ms. */
const longest = 10 * 60_000;

/**
 * Commits all that is not ignored in the worktree, as the person would: hooks run, signing is theirs.
 * Gives the commit, or null when there was nothing to commit.
 * @throws TempestError `hook-failed` with what the hook said, `git-failed`.
 */
export async function commitAll(o: {
  worktree: string;
  message: string;
  signal?: AbortSignal | undefined;
}): Promise<string | null> {
  const { worktree: cwd, signal } = o;
  const run = async (args: string[], input?: string) => {
    return await gitTry(args, { cwd, signal, input, timeoutMs: longest, env: await identity(cwd) });
  };
  const added = await run(['add', '--all', '--', ':/']);
  if (added.code !== 0) throw failure(['add'], added.code, added.stderr);
  const staged = await run(['diff', '--cached', '--quiet']);
  if (staged.code === 0) return null;
  const answer = await run(['commit', '--quiet', '--file=-', '--cleanup=strip'], o.message);
  if (answer.code !== 0) throw refusal(['commit'], answer);
  return (await run(['rev-parse', 'HEAD'])).stdout.toString().trim();
}

/**
 * Makes a commit of a tree without a checkout. The hooks that see a commit's message run in `cwd`, and
 * it is signed if the person has set that commits are.
 * @throws TempestError `hook-failed`, `git-failed`.
 */
export async function commitTree(o: {
  cwd: string;
  tree: string;
  parents: readonly string[];
  message: string;
  /** `pre-merge-commit` for a merge, `pre-commit` looks at an index that we don't have. */
  hook?: string | undefined;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { cwd, signal } = o;
  const env = await identity(cwd);
  const run = (args: string[], input?: string) => {
    return gitTry(args, { cwd, signal, input, timeoutMs: longest, env });
  };
  const hook = async (name: string, ...args: string[]) => {
    const answer = await run(['hook', 'run', '--ignore-missing', name, '--', ...args]);
    if (answer.code !== 0) throw refusal([name], answer);
  };
  if (o.hook) await hook(o.hook);
  const message = await editedByHook(o.message, (file) => hook('commit-msg', file));
  const sign = (await run(['config', '--type=bool', 'commit.gpgsign'])).stdout.toString();
  const parents = o.parents.flatMap((parent) => ['-p', parent]);
  const args = ['commit-tree', o.tree, ...parents, ...(sign.trim() === 'true' ? ['-S'] : [])];
  const answer = await run(args, message);
  if (answer.code !== 0) throw failure(['commit-tree'], answer.code, answer.stderr);
  return answer.stdout.toString().trim();
}

/** The hook gets the message in a file, which it may change. */
async function editedByHook(
  message: string,
  run: (file: string) => Promise<void>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tempest-message-'));
  try {
    const file = join(folder, 'COMMIT_EDITMSG');
    await writeFile(file, message.endsWith('\n') ? message : `${message}\n`);
    await run(file);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A hook says no in its own words; so does git when it can't sign. */
function refusal(args: string[], { code, stdout, stderr }: GitAnswer): TempestError {
  const said = `${stderr}\n${stdout.toString()}`.trim();
  if (/^fatal: |gpg failed|error: /m.test(said)) return failure(args, code, said);
  return new TempestError(
    'hook-failed',
    `a hook refused: ${said || `exit code ${code}`}`,
    'Mend what it complains of, or let the agent do it.',
  );
}
