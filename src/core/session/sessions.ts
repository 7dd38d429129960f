// The session service: every verb a client can ask for, over the table of sessions.
import type { TerminalHost } from '../../terminal/protocol.ts';
import { TempestError } from '../errors.ts';
import type { Checkpoint } from '../review/checkpoints.ts';
import type { Scope } from '../review/words.ts';
import { checkName } from '../worktree/name.ts';
import { inspectRepo } from '../worktree/repo.ts';
import { type Answer, createAnswering } from './answer.ts';
import type { ChangeCounter } from './changes.ts';
import { closeSession } from './close.ts';
import { createSession, finishCreation } from './create.ts';
import type { Deps, Launching, Ongoing } from './deps.ts';
import { findSession } from './find.ts';
import { type Conflict, createForecast } from './forecast.ts';
import { type ForkOptions, forkSession } from './fork.ts';
import type { Guard } from './guard.ts';
import { type CreateOptions, needRepo } from './plan.ts';
import { add, type KeptQueue, needAgent, type Queue, shown } from './queue.ts';
import { isLive, type SessionRecord, terminalId } from './record.ts';
import { removeSession } from './remove.ts';
import { restoreSession } from './restore.ts';
import { scopeTrees, turnTrees } from './scope.ts';
import type { Session } from './session.ts';
import { startAgent } from './start.ts';
import type { Confirmed } from './taken.ts';
import type { Turns } from './turns.ts';
import { sendToSession } from './typing.ts';

/** How a caller names a session: id, name, or beginning of the id; `repo` is any path in its repository. */
export interface Which {
  session: string;
  repo?: string | undefined;
}

export type Sent = Session & { confirmed: Confirmed };
/** What is compared: by default all that changed since the base. */
export interface Compared {
  scope?: Scope | undefined;
  /** The turn that this checkpoint ended. */
  turn?: number | undefined;
  /** The snapshot of another session, of the same repository, is the left side. */
  against?: string | undefined;
}

export interface Sessions {
  create(options: CreateOptions): Promise<Session>;
  fork(which: Which, options: ForkOptions): Promise<Session>;
  list(o: { repo?: string | undefined; removed: boolean }): Promise<Session[]>;
  /** Throws `unknown-session`, `ambiguous-session`. */
  find(which: Which): Promise<SessionRecord>;
  get(which: Which): Promise<Session>;
  open(which: Which, launching: Launching): Promise<Session>;
  close(which: Which): Promise<Session>;
  remove(which: Which, o: { force: boolean }): Promise<Session>;
  restore(which: Which, ongoing: Ongoing): Promise<Session>;
  rename(which: Which, name: string): Promise<Session>;
  /** Gives how it is known that the agent took it, too. */
  send(which: Which, text: string, o: { submit: boolean }): Promise<Sent>;
  /** Adds to what waits for the agent; `at` counts from 0. Throws `wrong-state` where there is a command in its place. */
  enqueue(which: Which, item: Parameters<typeof add>[1]): Promise<Queue>;
  /** Makes one move of queue.ts; durable when it resolves. */
  changeQueue(which: Which, change: (queue: KeptQueue) => KeptQueue): Promise<Queue>;
  seen(which: Which): Promise<Session>;
  /** Answers the agent's question. Throws `wrong-state` unless that very question stands. */
  answer(which: Which, answer: Answer): Promise<Session>;
  /** The host and the id of the session's terminal, running or not. Throws `no-terminal`. */
  terminal(which: Which): Promise<{ host: TerminalHost; terminal: string }>;
  /** The two sides of a review: commits or trees. */
  compared(
    which: Which,
    what?: Compared,
  ): Promise<{ record: SessionRecord; base: string; tree: string }>;
  checkpoints(which: Which): Promise<Checkpoint[]>;
  /** Of the repository at `path`: which of its sessions would conflict, as they are now. */
  conflicts(path: string, signal?: AbortSignal): Promise<Conflict[]>;
  /** See `Turns.rewind`. */
  rewind(which: Which, number: number): Promise<Checkpoint>;
}

export function createSessions(
  deps: Deps,
  changes: ChangeCounter,
  guard: Guard,
  turns: Turns,
): Sessions {
  const { table } = deps;
  const forecast = createForecast(deps, changes);
  const answerAgent = createAnswering(deps);

  const find = async (which: Which, removed = false): Promise<SessionRecord> => {
    const records = table.all().filter((record) => (record.removed !== null) === removed);
    const repeated = records.filter((record) => record.name === which.session).length > 1;
    const root = repeated && which.repo ? ((await inspectRepo(which.repo))?.root ?? null) : null;
    return findSession(records, which.session, root);
  };
  /** Runs a verb on a session while no other verb runs on it; gives the session as it is then. */
  const verb = async (
    which: Which,
    work: (record: SessionRecord) => Promise<void>,
    removed = false,
  ) => {
    const { id } = await find(which, removed);
    return await guard(id, async () => {
      await work(table.get(id));
      return table.view(id);
    });
  };

  const snapshot = async (which: Which) => {
    const record = await find(which);
    const counted = await changes.count(record.id);
    if (counted) return { record: table.get(record.id), ...counted };
    throw new TempestError(
      'wrong-state',
      `${record.name} has no worktree now`,
      'Restore it first, or mount the disk it is on.',
    );
  };

  return {
    find: (which) => find(which),
    async create(options) {
      const id = await createSession(deps, options, guard);
      changes.touch(id);
      return table.view(id);
    },
    async fork(which, options) {
      const id = await forkSession(deps, await find(which), options, guard);
      changes.touch(id);
      return table.view(id);
    },
    async list({ repo, removed }) {
      const root = repo === undefined ? null : ((await inspectRepo(repo))?.root ?? repo);
      return table
        .all()
        .filter((record) => (record.removed !== null) === removed)
        .filter((record) => root === null || record.repo === root)
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
        .map((record) => table.view(record.id));
    },
    get: async (which) => table.view((await find(which)).id),
    open: (which, launching) =>
      verb(which, async (record) => {
        if (isLive(record)) return;
        if (record.task === 'create' || !record.provisioned)
          await finishCreation(deps, record.id, launching);
        else await startAgent(deps, record.id, launching);
        changes.touch(record.id);
      }),
    close: (which) => verb(which, (record) => closeSession(deps, record.id)),
    remove: (which, o) => verb(which, (record) => removeSession(deps, record.id, o)),
    restore: (which, ongoing) =>
      verb(
        which,
        async (record) => {
          await restoreSession(deps, record.id, ongoing);
          changes.touch(record.id);
        },
        true,
      ),
    rename: (which, name) =>
      verb(which, async (record) => {
        checkName(name);
        const taken = table
          .all()
          .some(
            (other) =>
              other.id !== record.id &&
              other.repo === record.repo &&
              other.name === name &&
              !other.removed,
          );
        if (taken) {
          throw new TempestError(
            'name-taken',
            `there is a session "${name}" already`,
            'Choose another name.',
          );
        }
        await table.update(record.id, { name });
      }),
    async send(which, text, o) {
      let confirmed: Confirmed = null;
      const session = await verb(which, async (record) => {
        confirmed = await sendToSession(deps, record.id, text, o);
      });
      return { ...session, confirmed };
    },
    answer: (which, answer) => verb(which, (record) => answerAgent(record.id, answer)),
    async enqueue(which, item) {
      needAgent(await find(which));
      return await this.changeQueue(which, (queue) => add(queue, item, deps.now()));
    },
    async changeQueue(which, change) {
      const { id } = await find(which);
      const queue = change(table.get(id).queue);
      await table.update(id, { queue });
      return shown(queue);
    },
    async seen(which) {
      const { id } = await find(which);
      deps.status.looked(id);
      const { changes: counted, seenTree } = table.get(id);
      if (counted && counted.tree !== seenTree) await table.note(id, { seenTree: counted.tree });
      return table.view(id);
    },
    async terminal(which) {
      const record = await find(which);
      const host = await deps.terminals.running();
      const terminal = terminalId(record);
      // A closed session's is forgotten; an exited one's is kept, with its last screen.
      const isHeld = (await deps.terminals.list()).some(({ id }) => id === terminal);
      if (host && isHeld) return { host, terminal };
      throw new TempestError(
        'no-terminal',
        `${record.name} has no terminal: it is ${record.status}`,
        `Open it: \`tempest open ${record.name}\`, \`:TempestOpen ${record.name}\`.`,
      );
    },
    async compared(which, { scope = 'all', turn, against } = {}) {
      const { record, base, tree } = await snapshot(which);
      if (against !== undefined) {
        const other = await snapshot({ session: against, repo: record.repo });
        if (other.record.repo === record.repo) return { record, base: other.tree, tree };
        const hint = 'Only sessions of one repository can be compared.';
        throw new TempestError('bad-request', `${against} is of another repository`, hint);
      }
      const checkpoints = await turns.list(record.id);
      const parts = { record, base, tree, checkpoints };
      if (turn !== undefined) return { record, ...turnTrees(parts, turn) };
      return { record, ...(await scopeTrees(scope, parts)) };
    },
    checkpoints: async (which) => turns.list((await find(which)).id),
    async conflicts(path, signal) {
      const repo = await needRepo(path);
      return await forecast.of(repo.root, signal);
    },
    async rewind(which, number) {
      const { id } = await find(which);
      const kept = await guard(id, () => turns.rewind(id, number));
      changes.touch(id);
      return kept;
    },
  };
}
