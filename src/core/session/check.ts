// Runs a repository's check in a session's worktree: on demand or after a turn, one at a time for each session.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { openBoundedLog } from '../bounded-log.ts';
import { loadRepoConfig, type RepoConfig } from '../config.ts';
import { TempestError } from '../errors.ts';
import { identify } from '../process.ts';
import { endTree } from '../process-tree.ts';
import type { Ending } from '../review/words.ts';
import { checkOf, isApproved, type Setup } from '../worktree/setup.ts';
import { runShell } from '../worktree/shell.ts';
import type { ChangeCounter } from './changes.ts';
import type { Deps } from './deps.ts';
import { sessionEnvironment } from './environment.ts';
import type { Guard } from './guard.ts';
import { noWorktree } from './no-worktree.ts';
import type { SessionRecord } from './record.ts';
import type { ProcessIdentity } from './session.ts';

export interface RunCheck {
  /** The caller's environment, in place of the daemon's. */
  env?: Record<string, string> | undefined;
  /** Cancels the check while it is waited for. */
  signal?: AbortSignal | undefined;
  output?: ((text: string) => void) | undefined;
  /** Until the check is over; otherwise until it has begun. */
  wait: boolean;
}

export interface Checks {
  /**
   * Runs the check on the worktree as it is now. One that runs already on the same files is joined, one on
   * older files is cancelled. @throws TempestError `wrong-state` without a check or a worktree, `check-unapproved`.
   */
  run(id: string, o: RunCheck): Promise<void>;
  /** Ends the check, if one runs, with all that it started. Resolves when it is over. */
  stop(id: string): Promise<void>;
  /** The command, and the checkout that has it; null when there is none. */
  command(id: string): Promise<(Setup & { approved: boolean; from: string }) | null>;
  turnEnded(id: string, ending: Ending): void;
  /** Takes back what a daemon that is gone has left as running. */
  settle(): void;
  /** Ends all of them, for a daemon that ends. */
  stopAll(): void;
}

/** Where the output of a session's last check is kept. */
export function checkLog(deps: Pick<Deps, 'places'>, id: string): string {
  return join(deps.places.logs, `${id}.check.log`);
}

interface Running {
  tree: string;
  cancel: AbortController;
  listeners: Set<(text: string) => void>;
  done: Promise<void>;
}

const graceMs = 6_000;

export function createChecks(
  deps: Pick<Deps, 'table' | 'places' | 'env' | 'now' | 'log'>,
  changes: Pick<ChangeCounter, 'count'>,
  guard: Guard,
): Checks {
  const { table } = deps;
  const running = new Map<string, Running>();
  /** What a daemon that is gone has left running, while it is ended. */
  const leftovers = new Map<string, Promise<void>>();

  const command = async (id: string) => {
    const record = table.get(id);
    const { check, from } = await configOf(record);
    if (!check) return null;
    const approved = await isApproved(deps.places.approvals, record.repo, check.hash);
    return { ...check, approved, from };
  };

  /** `again: false` leaves alone what was checked already. */
  const begin = async (id: string, o: { env?: RunCheck['env']; again: boolean }) => {
    const found = await approved(id);
    const tree = (await changes.count(id))?.tree;
    if (tree === undefined) throw noWorktree(table.get(id));
    const before = running.get(id);
    if (before?.tree === tree) return before;
    const last = table.get(id).check;
    const isKnown = last?.tree === tree && (last.state === 'passed' || last.state === 'failed');
    if (isKnown && !o.again) return null;
    await stop(id);
    return await start(id, found.command, tree, o.env);
  };

  const approved = async (id: string) => {
    const { name } = table.get(id);
    const found = await command(id);
    if (!found) {
      const hint = 'Name one in .tempest.toml: `check = "npm test"`.';
      throw new TempestError('wrong-state', `the repository of ${name} has no check`, hint);
    }
    if (found.approved) return found;
    throw new TempestError(
      'check-unapproved',
      "this repository's check was not approved yet",
      'Read it and approve it: `tempest approve`; `:TempestCheck` asks you.',
    );
  };

  const start = async (id: string, text: string, tree: string, env: RunCheck['env']) => {
    const record = table.get(id);
    const log = await openBoundedLog(checkLog(deps, id));
    const result = (state: 'running' | 'passed' | 'failed' | 'cancelled', code: number | null) => {
      return { check: { state, code, at: deps.now(), tree } };
    };
    await table.update(id, { ...result('running', null), checking: null });
    const cancel = new AbortController();
    const listeners: Running['listeners'] = new Set();
    const decoder = new StringDecoder('utf8');
    const work = runShell({
      command: text,
      cwd: record.worktree,
      env: sessionEnvironment(record, env ?? deps.env),
      signal: cancel.signal,
      onStarted: (pid) => table.note(id, { checking: identify(pid) }),
      onBytes(bytes) {
        log.write(bytes);
        const said = decoder.write(bytes);
        if (said) for (const listener of listeners) listener(said);
      },
    });
    const over = async () => {
      const { code } = await work;
      await log.end();
      running.delete(id);
      if (!table.has(id)) return;
      const state = cancel.signal.aborted ? 'cancelled' : code === 0 ? 'passed' : 'failed';
      await table.note(id, { ...result(state, code), checking: null });
    };
    const one = { tree, cancel, listeners, done: over() };
    running.set(id, one);
    return one;
  };

  const stop = async (id: string) => {
    const one = running.get(id);
    one?.cancel.abort();
    await one?.done;
    await leftovers.get(id);
  };

  const endLeftover = async (id: string, process: ProcessIdentity) => {
    await endTree(process, { graceMs });
    leftovers.delete(id);
    if (table.has(id)) await table.note(id, { checking: null });
  };

  return {
    command,
    stop,
    async run(id, { env, signal, output, wait }) {
      const one = await guard(id, () => begin(id, { env, again: true }));
      if (!wait || !one) return;
      const cancel = () => one.cancel.abort();
      if (output) one.listeners.add(output);
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted) cancel();
      await one.done;
      signal?.removeEventListener('abort', cancel);
    },
    turnEnded(id, ending) {
      if (ending !== 'done' && ending !== 'exited') return;
      const work = async () => {
        const { check, afterTurn } = await configOf(table.get(id));
        if (check && afterTurn) await guard(id, () => begin(id, { again: false }));
      };
      work().catch((error) => deps.log(`no check of ${id}: ${error}`));
    },
    settle() {
      for (const { id, check, checking } of table.all()) {
        if (checking) leftovers.set(id, endLeftover(id, checking));
        if (check?.state !== 'running') continue;
        void table.note(id, { check: { ...check, state: 'cancelled', at: deps.now() } });
      }
    },
    stopAll() {
      for (const { cancel } of running.values()) cancel.abort();
    },
  };
}

/** From the checkout where the person stood, as for `setup`: the agent can't change what is run. */
async function configOf({ here, repo }: Pick<SessionRecord, 'here' | 'repo'>) {
  const from = existsSync(here) ? here : repo;
  const config: RepoConfig = await loadRepoConfig(from);
  return { from, check: checkOf(config), afterTurn: config.check_after_turn };
}
