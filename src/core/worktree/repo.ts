// What kind of place a path is in git's eyes, and which commit a session starts from.
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { TempestError } from '../errors.ts';
import { failure, type GitAnswer, git, gitTry } from '../git.ts';
import { identity } from './identity.ts';
import { nearestFolder, realPlace } from './real-place.ts';
import { aboutToAsk, recall, remember } from './recall.ts';

export { resolveBase } from './base.ts';

export interface Repo {
  /** The main worktree's real path; the git folder's, if bare. */
  root: string;
  /** The real path of the git folder that all worktrees share. */
  commonDir: string;
  bare: boolean;
  /** No commit yet where the person stands. */
  unborn: boolean;
  branch: string | null;
  /** HEAD where the person stands, which may be a worktree or a submodule. */
  commit: string | null;
  /** The top of the worktree the path is in; the root, where there is none. */
  here: string;
}

/**
 * Looks at the place `path` (a folder or file, which need not exist yet) lies in.
 * @returns null when it lies in no repository.
 * @throws TempestError `git-failed` when git refuses to look, e.g. for a foreign owner, and
 *   `bad-request` when a path is not UTF-8.
 */
export async function inspectRepo(path: string, signal?: AbortSignal): Promise<Repo | null> {
  const cwd = await nearestFolder(path);
  return (await recall(cwd)) ?? (await askGit(cwd, signal));
}

async function askGit(cwd: string, signal?: AbortSignal): Promise<Repo | null> {
  const asking = await aboutToAsk(cwd);
  const ask: Ask = (...args) => gitTry(args, { cwd, signal });
  const seen = (await askAtOnce(ask)) ?? (await askOneByOne(ask));
  if (!seen) return null;
  const commonDir = await realPlace(seen.commonDir);
  const here = seen.top === null ? null : await realPlace(seen.top);
  const { root, bare } = await mainWorktree(commonDir, here, seen.isBare);
  const repo: Repo = {
    root,
    commonDir,
    bare,
    unborn: seen.commit === null,
    branch: seen.head?.replace(/^refs\/heads\//, '') ?? null,
    commit: seen.commit,
    here: here ?? root,
  };
  const { gitDir, head } = seen;
  // Further inside, folders on the way to the top would count, too.
  if (gitDir !== null && here === cwd) await remember({ repo, gitDir, head, asking });
  return repo;
}

type Ask = (...args: string[]) => Promise<GitAnswer>;

interface Seen {
  isBare: boolean;
  commonDir: string;
  /** Null outside of a worktree. */
  top: string | null;
  commit: string | null;
  /** The full name of the ref that HEAD stands for; null when detached. */
  head: string | null;
  /** Null where not everything is as usual. */
  gitDir: string | null;
}

const whatPlace = [
  ...['--is-bare-repository', '--is-inside-work-tree'],
  ...['--path-format=absolute', '--git-common-dir'],
];

/**
 * One git answers all where everything is as usual: a worktree with a commit. Null where it isn't,
 * and where a path holds a newline, so that the lines don't tell which is which.
 */
async function askAtOnce(ask: Ask): Promise<Seen | null> {
  const head = ['HEAD^{commit}', '--symbolic-full-name', 'HEAD'];
  const folders = ['--show-toplevel', '--absolute-git-dir'];
  const answer = await ask('rev-parse', ...whatPlace, ...folders, ...head);
  const [isBare, inside, commonDir, top, gitDir, commit, ref, end, ...more] = answer.stdout
    .toString()
    .split('\n');
  if (answer.code !== 0 || end !== '' || more.length > 0) return null;
  if (isBare !== 'false' || inside !== 'true' || !commonDir || !top) return null;
  if (!gitDir || !commit || !ref) return null;
  return {
    isBare: false,
    commonDir,
    top,
    gitDir,
    commit,
    head: ref.startsWith('refs/') ? ref : null,
  };
}

async function askOneByOne(ask: Ask): Promise<Seen | null> {
  const [place, top, commit, head] = await Promise.all([
    ask('rev-parse', ...whatPlace),
    ask('rev-parse', '--show-toplevel'),
    ask('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    ask('symbolic-ref', '--quiet', 'HEAD'),
  ]);
  if (place.code !== 0) {
    if (/not a git repository|must be run in a work tree/i.test(place.stderr)) return null;
    throw failure(['rev-parse'], place.code, place.stderr);
  }
  const { isBare, inside, commonDir } = parsePlace(place.stdout.toString());
  const said = (answer: GitAnswer) => (answer.code === 0 ? withoutEnd(answer.stdout) : null);
  return {
    isBare,
    commonDir,
    top: inside ? said(top) : null,
    commit: said(commit),
    head: said(head),
    gitDir: null,
  };
}

/** `git init` in `path`. Only when the person said yes. */
export async function initRepo(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) {
    throw new TempestError('bad-request', `there is no folder ${path}`, 'Make it first.');
  }
  await git(['init'], { cwd: path });
}

/**
 * Makes an empty first commit and leaves index and files as they are. Only when the person said yes.
 * Made by plumbing, so that no hook runs, nothing staged slips in, and no key is asked for;
 * without user.name or user.email, it carries the neutral identity of `identity.ts`.
 */
export async function firstCommit(root: string): Promise<void> {
  const env = await identity(root);
  const tree = await git(['hash-object', '-t', 'tree', '-w', '--stdin'], { cwd: root, input: '' });
  const made = await git(['commit-tree', tree.trim(), '-m', 'Initial commit'], { cwd: root, env });
  const args = ['update-ref', '-m', 'commit (initial)', 'HEAD', made.trim(), ''];
  const answer = await gitTry(args, { cwd: root, env });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
}

/**
 * Branch names, local and remote, the one with the newest commit first; no HEAD aliases.
 * @param root any path in the repository.
 */
export async function listBranches(root: string): Promise<string[]> {
  const format = '%(refname)%00%(symref)';
  const kinds = ['refs/heads', 'refs/remotes'];
  const args = ['for-each-ref', '--sort=refname', '--sort=-committerdate', `--format=${format}`];
  const answer = await git([...args, ...kinds], { cwd: root });
  return answer
    .split('\n')
    .map((line) => line.split('\0'))
    .filter(([name, alias]) => name && !alias)
    .map(([name]) => (name ?? '').replace(/^refs\/(heads|remotes)\//, ''));
}

/** Path names may hold newlines, so the one path comes last and takes all that is left. */
function parsePlace(text: string) {
  const [isBare, inside, ...path] = text.split('\n');
  return {
    isBare: isBare === 'true',
    inside: inside === 'true',
    commonDir: path.slice(0, -1).join('\n'),
  };
}

async function mainWorktree(commonDir: string, here: string | null, isBare: boolean) {
  if (isBare) return { root: commonDir, bare: true };
  if (basename(commonDir) === '.git') {
    const parent = dirname(commonDir);
    const bare = await isSetBare(commonDir);
    return bare ? { root: commonDir, bare } : { root: parent, bare: false };
  }
  // A submodule's git folder, or one that lives elsewhere, may name its worktree.
  const named = await configOf(commonDir, ['core.worktree']);
  if (named) {
    const path = isAbsolute(named) ? named : join(commonDir, named);
    return { root: await realpath(path).catch(() => commonDir), bare: false };
  }
  if (await isSetBare(commonDir)) return { root: commonDir, bare: true };
  if (here && (await isMain(here, commonDir))) return { root: here, bare: false };
  return { root: commonDir, bare: false };
}

/** Git is asked only where the file may say yes: `git init` itself writes `bare = false`. */
async function isSetBare(commonDir: string): Promise<boolean> {
  const text = await readFile(join(commonDir, 'config'), 'utf8').catch(() => '');
  const mentions = text.match(/^.*bare.*$/gim) ?? [];
  if (mentions.every((line) => /^\s*bare\s*=\s*false\s*$/i.test(line))) return false;
  return (await configOf(commonDir, ['--type=bool', 'core.bare'])) === 'true';
}

async function configOf(commonDir: string, args: string[]): Promise<string> {
  const file = join(commonDir, 'config');
  const answer = await gitTry(['config', '--file', file, '--get', ...args], { cwd: commonDir });
  return answer.code === 0 ? withoutEnd(answer.stdout) : '';
}

async function isMain(here: string, commonDir: string): Promise<boolean> {
  const answer = await gitTry(['rev-parse', '--absolute-git-dir'], { cwd: here });
  return answer.code === 0 && (await realpath(withoutEnd(answer.stdout))) === commonDir;
}

function withoutEnd(bytes: Buffer): string {
  return bytes.toString().replace(/\n$/, '');
}
