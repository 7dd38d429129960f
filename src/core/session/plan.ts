// Plans a session: refuses what can't work, and chooses names, folder and ports before anything is made.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadRepoConfig } from '../config.ts';
import { TempestError } from '../errors.ts';
import type { Base } from '../worktree/base.ts';
import { checkName, freeName, nameFromPrompt, worktreeFolder } from '../worktree/name.ts';
import { inspectRepo, type Repo, resolveBase } from '../worktree/repo.ts';
import { isApproved, setupOf } from '../worktree/setup.ts';
import type { Deps, Launching } from './deps.ts';
import { noRepository } from './no-worktree.ts';
import { freePort } from './ports.ts';
import { emptyQueue } from './queue.ts';
import { type Fork, type SessionRecord, silent } from './record.ts';
import type { Group } from './session.ts';
import { locateAgent } from './start.ts';

export interface CreateOptions extends Launching {
  repo: string;
  prompt: string;
  agent?: string | undefined;
  command?: string[] | undefined;
  name?: string | undefined;
  base?: string | undefined;
  branch?: string | undefined;
  context?: string | undefined;
  /** What to make the name from when there is no prompt. */
  suggested?: string | undefined;
  /** One of several attempts: it begins at their common base, under a name of theirs. */
  attempt?: { group: Group; base: Base; name: string } | undefined;
  /** Begins as a copy of another session, and is compared with the same base. */
  forked?: { from: string; base: Base; fork: Fork } | undefined;
}

/** A program takes no longer argument (`execve(2)`, MAX_ARG_STRLEN), in bytes; some is left for what is put around it. */
const longestPrompt = 128 * 1024 - 1024;

function refuseLong({ prompt, context = '' }: CreateOptions): void {
  const bytes = Buffer.byteLength(prompt) + Buffer.byteLength(context);
  if (bytes <= longestPrompt) return;
  throw new TempestError(
    'bad-request',
    `the prompt has ${bytes} bytes, with its context; no program takes more than ${longestPrompt}`,
    'Put it into a file of the worktree, and name that in the prompt.',
  );
}

/** Refuses what can't work, chooses name, branch, folder and ports, and writes the record. */
export async function planSession(deps: Deps, options: CreateOptions) {
  if (options.name !== undefined) checkName(options.name);
  refuseLong(options);
  const [repo, config] = await Promise.all([needRepo(options.repo), deps.config()]);
  const agent = options.command
    ? basename(options.command[0] ?? '')
    : (options.agent ?? config.agent);
  const [repoConfig] = await Promise.all([
    loadRepoConfig(repo.here),
    locateAgent(deps, { agent, command: options.command ?? null }, options.env, repo.here),
  ]);
  // Nobody begins a turn with nothing but blanks.
  const prompt = options.prompt.trim() === '' ? '' : options.prompt;
  const setup = setupOf(repoConfig);
  for (const warning of [...config.warnings, ...repoConfig.warnings]) options.progress?.(warning);
  if (setup && !(await isApproved(deps.places.approvals, repo.root, setup.hash))) {
    throw new TempestError(
      'setup-unapproved',
      "this repository's setup command was not approved yet",
      'Read it and approve it: `tempest approve`; `:TempestNew` asks you.',
    );
  }
  const common = options.forked?.base ?? options.attempt?.base;
  const base = common ?? (await planBase(deps, repo, options));

  // From here to `add` nothing is awaited: two sessions created at once can't choose the same.
  const folder = worktreeFolder(config.worktrees ?? deps.places.worktrees, repo.root);
  const name = chooseName(deps, repo, folder, options);
  const id = newId(deps);
  const record: SessionRecord = {
    version: 1,
    id,
    name,
    repo: repo.root,
    named: options.name !== undefined,
    commonDir: repo.commonDir,
    here: repo.here,
    worktree: freeFolder(deps, folder, name, id),
    branch: options.branch ?? `${config.branch_prefix}${name}`,
    adopted: options.branch !== undefined,
    base,
    agent,
    command: options.command ?? null,
    permissionless: false,
    answerable: false,
    prompt,
    context: options.context ?? '',
    conversation: null,
    forkedFrom: options.forked?.from ?? null,
    fork: options.forked?.fork ?? null,
    turnPrompt: prompt,
    seenTree: null,
    begunAt: null,
    merged: null,
    group: options.attempt?.group ?? null,
    check: null,
    checking: null,
    lastMessage: '',
    merging: null,
    rewound: null,
    launch: null,
    status: 'creating',
    reason: '',
    notice: '',
    activity: '',
    words: '',
    ...silent,
    unseen: false,
    port: freePort(deps.table.all().map((other) => other.port)),
    generation: 0,
    exit: null,
    changes: null,
    unfinished: null,
    createdAt: deps.now(),
    statusAt: deps.now(),
    removed: null,
    task: 'create',
    turnAt: null,
    usage: null,
    counted: [],
    queue: emptyQueue,
    process: null,
    boot: deps.boot,
    provisioned: false,
    kept: null,
    trash: null,
  };
  await deps.table.add(record);
  return { id, repo };
}

/** What a session starts from: as asked, else as the repository or the person has set. */
export async function planBase(
  deps: Pick<Deps, 'config'>,
  repo: Repo,
  { base, signal }: Pick<CreateOptions, 'base' | 'signal'>,
): Promise<Base> {
  const [config, repoConfig] = await Promise.all([deps.config(), loadRepoConfig(repo.here)]);
  return await resolveBase(repo, base ?? repoConfig.base ?? config.base ?? undefined, signal);
}

/** Throws what a person can act on where sessions can't be created. */
export async function needRepo(path: string): Promise<Repo> {
  const repo = await inspectRepo(path);
  if (!repo) {
    throw new TempestError(
      'not-a-repository',
      `${path} is in no git repository`,
      'Make it one with `git init`.',
    );
  }
  if (repo.commit === null) {
    throw new TempestError(
      'no-commit',
      `${repo.root} has no commit yet, and a worktree needs one`,
      'Commit something, or begin with `git commit --allow-empty -m "First commit"`.',
    );
  }
  return repo;
}

/** As `needRepo`, of a session that is there already; throws `wrong-state` where its repository isn't any more. */
export async function repoOf({ repo }: Pick<SessionRecord, 'repo'>): Promise<Repo> {
  if (existsSync(repo)) return needRepo(repo);
  throw noRepository(repo);
}

/**
 * A name made from the prompt gives way to a branch that is there already; a chosen one doesn't.
 * Gives whether the session has another name now, so that it can be tried again.
 */
export async function takeNextName(deps: Deps, id: string, error: unknown): Promise<boolean> {
  const record = deps.table.get(id);
  if (!(error instanceof TempestError) || error.kind !== 'branch-exists') return false;
  if (record.adopted || record.named || existsSync(record.worktree)) return false;
  const folder = join(record.worktree, '..');
  const refused = new Set([record.name]);
  const name = freeName(
    record.name,
    (wanted) => refused.has(wanted) || nameTaken(deps, record.repo, folder, wanted),
  );
  const branch = record.branch.slice(0, record.branch.length - record.name.length) + name;
  await deps.table.update(id, { name, branch, worktree: freeFolder(deps, folder, name, id) });
  return true;
}

function chooseName(deps: Deps, repo: Repo, folder: string, options: CreateOptions): string {
  const isTaken = (name: string) => nameTaken(deps, repo.root, folder, name);
  if (options.attempt) return freeName(options.attempt.name, isTaken);
  if (options.name === undefined) {
    const wanted =
      options.prompt ||
      options.suggested ||
      options.branch?.split('/').at(-1) ||
      options.command?.join(' ');
    return freeName(nameFromPrompt(wanted ?? ''), isTaken);
  }
  if (sessionNamed(deps, repo.root, options.name)) {
    throw new TempestError(
      'name-taken',
      `there is a session ${JSON.stringify(options.name)} in this repository already`,
      'Open that one, or choose another name.',
    );
  }
  return options.name;
}

function nameTaken(deps: Deps, root: string, folder: string, name: string): boolean {
  return sessionNamed(deps, root, name) || existsSync(join(folder, name));
}

function sessionNamed(deps: Deps, root: string, name: string): boolean {
  return deps.table
    .all()
    .some((record) => record.repo === root && record.name === name && !record.removed);
}

/** The folder is the name's, unless it is there already or a removed session would come back to it. */
function freeFolder(deps: Deps, folder: string, name: string, id: string): string {
  const path = join(folder, name);
  const claimed = deps.table.all().some((record) => record.id !== id && record.worktree === path);
  return claimed || existsSync(path) ? `${path}-${id}` : path;
}

function newId(deps: Deps): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  for (;;) {
    const id = [...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join('');
    // The first character is a letter, so that an id never looks like a number.
    if (/^[a-z]/.test(id) && !deps.table.has(id)) return id;
  }
}
