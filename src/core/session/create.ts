// Creates a session: a durable record first, then worktree, files, setup and agent, each step safe to repeat.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadRepoConfig } from '../config.ts';
import { TempestError } from '../errors.ts';
import type { Base } from '../worktree/base.ts';
import { addWorktree } from '../worktree/create.ts';
import { checkName, freeName, nameFromPrompt, worktreeFolder } from '../worktree/name.ts';
import { inspectRepo, type Repo, resolveBase } from '../worktree/repo.ts';
import { isApproved, readSetup } from '../worktree/setup.ts';
import { type Ahead, forgetPrepared, lookAhead } from './ahead.ts';
import { type Deps, type Launching, scratchFolder } from './deps.ts';
import { fillFork } from './fork.ts';
import type { Guard } from './guard.ts';
import { freePort } from './ports.ts';
import { provision } from './provision.ts';
import { type Fork, type SessionRecord, silent } from './record.ts';
import { removeSession } from './remove.ts';
import { locateAgent, startAgent } from './start.ts';

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
  /** Begins as a copy of another session, and is compared with the same base. */
  forked?: { from: string; base: Base; fork: Fork } | undefined;
}

/**
 * Creates a session and starts its agent. Gives the id.
 * What can be refused is refused before anything is made; a failure after that leaves a session
 * with status `failed` whose worktree is kept for a look, and which `open` retries.
 */
export async function createSession(
  deps: Deps,
  options: CreateOptions,
  guard: Guard,
): Promise<string> {
  const { id, repo } = await planSession(deps, options);
  await guard(id, async () => {
    await deps.onStep('create:recorded');
    await finishCreation(deps, id, options, repo);
  });
  return id;
}

/** Refuses what can't work, chooses name, branch, folder and ports, and writes the record. */
async function planSession(deps: Deps, options: CreateOptions) {
  const repo = await needRepo(options.repo);
  if (options.name !== undefined) checkName(options.name);
  const [config, repoConfig, setup] = await Promise.all([
    deps.config(),
    loadRepoConfig(repo.here),
    readSetup(repo.here),
  ]);
  for (const warning of [...config.warnings, ...repoConfig.warnings]) options.progress?.(warning);
  if (setup && !(await isApproved(deps.places.approvals, repo.root, setup.hash))) {
    throw new TempestError(
      'setup-unapproved',
      "this repository's setup command was not approved yet",
      'Read it and approve it with `tempest approve`.',
    );
  }
  const agent = options.command
    ? basename(options.command[0] ?? '')
    : (options.agent ?? config.agent);
  await locateAgent(deps, { agent, command: options.command ?? null }, options.env, repo.here);
  const wanted = options.base ?? repoConfig.base ?? config.base ?? undefined;
  const base = options.forked?.base ?? (await resolveBase(repo, wanted, options.signal));

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
    prompt: options.prompt,
    context: options.context ?? '',
    conversation: null,
    forkedFrom: options.forked?.from ?? null,
    fork: options.forked?.fork ?? null,
    turnPrompt: options.prompt,
    seenTree: null,
    launch: null,
    status: 'creating',
    reason: '',
    notice: '',
    activity: '',
    ...silent,
    unseen: false,
    port: freePort(deps.table.all().map((other) => other.port)),
    generation: 0,
    exit: null,
    changes: null,
    createdAt: deps.now(),
    statusAt: deps.now(),
    removed: null,
    task: 'create',
    process: null,
    boot: deps.boot,
    provisioned: false,
    kept: null,
    trash: null,
  };
  await deps.table.add(record);
  return { id, repo };
}

/** Takes a creation to its end, from wherever it stopped. `known` is the repository, where it was just looked at. */
export async function finishCreation(
  deps: Deps,
  id: string,
  launching: Launching,
  known?: Repo,
): Promise<void> {
  try {
    await forgetPrepared(deps, id);
    const { provisions, start } = await makeWorktree(deps, id, launching, known);
    await deps.onStep('create:worktree');
    await fillFork(deps, id, launching.signal);
    await provision(deps, id, launching, provisions);
    await deps.onStep('create:provisioned');
    await startAgent(deps, id, launching, { prepared: start });
    await deps.onStep('create:started');
  } catch (error) {
    await failCreation(deps, id, error, launching);
    throw error;
  }
}

/** Gives what was done ahead; nothing, where the worktree was there already. */
async function makeWorktree(
  deps: Deps,
  id: string,
  launching: Launching,
  known?: Repo,
): Promise<Ahead> {
  launching.progress?.('creating the worktree');
  const repo = known ?? (await needRepo(deps.table.get(id).repo));
  for (;;) {
    const record = deps.table.get(id);
    let ahead: Promise<Ahead> | undefined;
    const onBegun = () => {
      ahead ??= lookAhead(deps, id, launching);
      ahead.catch(() => {}); // Whoever waits for it hears of it.
    };
    try {
      await addWorktree({
        repo,
        path: record.worktree,
        branch: record.branch,
        adopt: record.adopted,
        commit: record.fork?.commit ?? record.base.commit,
        session: id,
        onBegun,
        ...(launching.signal && { signal: launching.signal }),
        ...(launching.progress && { onProgress: launching.progress }),
      });
      return (await ahead) ?? {};
    } catch (error) {
      await ahead?.catch(() => {});
      await forgetPrepared(deps, id);
      if (!(await takeNextName(deps, id, error))) throw error;
    }
  }
}

/** A name made from the prompt gives way to a branch that is there already; a chosen one doesn't. */
async function takeNextName(deps: Deps, id: string, error: unknown): Promise<boolean> {
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

/** Nothing made: forget it. Cancelled: take back what was made. Else keep it as failed, for a look and a retry. */
async function failCreation(deps: Deps, id: string, error: unknown, launching: Launching) {
  if (!deps.table.has(id)) return;
  await forgetPrepared(deps, id);
  const record = deps.table.get(id);
  if (!existsSync(record.worktree)) {
    await rm(scratchFolder(deps, record), { recursive: true, force: true });
    return await deps.table.forget(id);
  }
  const reason = error instanceof Error ? error.message : String(error);
  await deps.table.update(id, { status: 'failed', statusAt: deps.now(), reason, task: null });
  if (launching.signal?.aborted) await removeSession(deps, id, { force: true });
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

function chooseName(deps: Deps, repo: Repo, folder: string, options: CreateOptions): string {
  const isTaken = (name: string) => nameTaken(deps, repo.root, folder, name);
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
