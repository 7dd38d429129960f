// Finds the commit a session starts from, also when only the remote has it.
import { TempestError } from '../errors.ts';
import { git, gitTry } from '../git.ts';
import type { Repo } from './repo.ts';

export interface Base {
  ref: string;
  commit: string;
}

/**
 * The commit that `ref` means where the person stands; HEAD's, without a ref.
 * A branch that only a remote has is found as `origin/…`, and fetched when it isn't here yet.
 * @throws TempestError `no-commit`, `unknown-base`, `cancelled`.
 */
export async function resolveBase(
  repo: Repo,
  ref: string | undefined,
  signal?: AbortSignal,
): Promise<Base> {
  if (ref === undefined || ref === 'HEAD') return headOf(repo);
  if (ref === '' || ref.includes('\0')) throw unknown(ref);
  const here = await commitOf(repo, ref, signal);
  if (here) return { ref, commit: here };
  const remotes = await remotesOf(repo, signal);
  for (const remote of remotes) {
    const commit = await commitOf(repo, `refs/remotes/${remote}/${ref}`, signal);
    if (commit) return { ref: `${remote}/${ref}`, commit };
  }
  return fetched(repo, ref, remotes, signal);
}

function headOf(repo: Repo): Base {
  if (!repo.commit) {
    throw new TempestError(
      'no-commit',
      'this repository has no commit yet',
      'Make a first commit, or let Tempest make an empty one.',
    );
  }
  return { ref: repo.branch ?? repo.commit, commit: repo.commit };
}

async function commitOf(repo: Repo, ref: string, signal?: AbortSignal): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const answer = await gitTry(args, { cwd: repo.here, signal });
  return answer.code === 0 ? answer.stdout.toString().trim() : null;
}

/** The remote of the current branch first, then origin, then the others. */
async function remotesOf(repo: Repo, signal?: AbortSignal): Promise<string[]> {
  const listed = (await git(['remote'], { cwd: repo.here, signal })).split('\n').filter(Boolean);
  const key = `branch.${repo.branch}.remote`;
  const own = repo.branch
    ? (await gitTry(['config', '--get', key], { cwd: repo.here, signal })).stdout.toString().trim()
    : '';
  const rank = (name: string) => (name === own ? 0 : name === 'origin' ? 1 : 2);
  return listed.sort((a, b) => rank(a) - rank(b));
}

async function fetched(
  repo: Repo,
  ref: string,
  remotes: string[],
  signal?: AbortSignal,
): Promise<Base> {
  let trouble = '';
  const named = remotes.filter((remote) => ref.startsWith(`${remote}/`));
  const wanted = [
    ...named.map((remote) => ({ remote, branch: ref.slice(remote.length + 1) })),
    ...remotes.map((remote) => ({ remote, branch: ref })),
  ];
  for (const { remote, branch } of wanted) {
    if (!(await isBranchName(repo, branch))) continue;
    const target = `refs/remotes/${remote}/${branch}`;
    const args = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
    ];
    const spec = `+refs/heads/${branch}:${target}`;
    const answer = await gitTry(
      [...args, '--no-recurse-submodules', '--end-of-options', remote, spec],
      { cwd: repo.here, signal },
    );
    const commit = answer.code === 0 ? await commitOf(repo, target, signal) : null;
    if (commit) return { ref: `${remote}/${branch}`, commit };
    if (!/couldn't find remote ref/.test(answer.stderr)) {
      trouble ||= `${remote} could not be asked: ${answer.stderr.trim().split('\n').at(-1)}`;
    }
  }
  throw unknown(ref, trouble);
}

async function isBranchName(repo: Repo, name: string): Promise<boolean> {
  const answer = await gitTry(['check-ref-format', `refs/heads/${name}`], { cwd: repo.here });
  return answer.code === 0;
}

function unknown(ref: string, trouble = '') {
  return new TempestError(
    'unknown-base',
    `there is no branch, tag or commit called ${JSON.stringify(ref)}`,
    trouble || 'Check the spelling; `git branch -a` lists what there is.',
  );
}
