// The session service: every verb a client can ask for, over the table of sessions.
import type { TerminalHost } from '../../terminal/protocol.ts';
import { TempestError } from '../errors.ts';
import type { Checkpoint } from '../review/checkpoints.ts';
import { holdSeen } from '../review/seen.ts';
import { checkName } from '../worktree/name.ts';
import { inspectRepo } from '../worktree/repo.ts';
import { type Answer, createAnswering } from './answer.ts';
import type { ChangeCounter, Counted } from './changes.ts';
import type { Checks } from './check.ts';
import { closeSession } from './close.ts';
import { createSession, finishCreation } from './create.ts';
import type { Deps, Launching, Ongoing } from './deps.ts';
import { findSession } from './find.ts';
import type { Outlook } from './forecast.ts';
import { type ForkOptions, forkSession } from './fork.ts';
import type { Guard } from './guard.ts';
import { noWorktree } from './no-worktree.ts';
import type { Outlooks } from './outlooks.ts';
import { type CreateOptions, needRepo } from './plan.ts';
import { add, type KeptQueue, needAgent, type Queue, shown } from './queue.ts';
import { isLive, type SessionRecord, terminalId } from './record.ts';
import { removeSession } from './remove.ts';
import { restoreSession } from './restore.ts';
import { type Rewound, rewindSession } from './rewind.ts';
import { type Between, sidesOf } from './scope.ts';
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

export interface Compared extends Between {
  /** The snapshot of another session, of the same repository, is the left side. */
  against?: string | undefined;
}

/** What is asked for beside the two sides of a review, and how fresh they have to be. */
export interface Looking {
  files?: boolean | undefined;
  known?: boolean | undefined;
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
  /** The person has looked at `tree`, or at what was last counted. Throws `bad-request` where there is no such tree. */
  seen(which: Which, tree?: string): Promise<Session>;
  /** Answers the agent's question. Throws `wrong-state` unless that very question stands. */
  answer(which: Which, answer: Answer): Promise<Session>;
  /** The host and the id of the session's terminal, running or not. Throws `no-terminal`. */
  terminal(which: Which): Promise<{ host: TerminalHost; terminal: string }>;
  /**
   * The two sides of a review: commits or trees; what differs, too, where `files` asks and it is known by then.
   * With `known` the worktree is taken as it was last counted, if it ever was.
   */
  compared(
    which: Which,
    what?: Compared,
    o?: Looking,
  ): Promise<Counted & { record: SessionRecord }>;
  checkpoints(which: Which): Promise<Checkpoint[]>;
  /** Of the repository at `path`: which of its sessions would conflict, as they are now. */
  conflicts(path: string, signal?: AbortSignal): Promise<Outlook>;
  /** See `rewindSession`. */
  rewind(which: Which, o: Parameters<typeof rewindSession>[3]): Promise<Rewound>;
}

export function createSessions(
  deps: Deps,
  changes: ChangeCounter,
  guard: Guard,
  turns: Turns,
  checks: Pick<Checks, 'stop'>,
  outlooks: Pick<Outlooks, 'of'>,
): Sessions {
  const { table } = deps;
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

  const snapshot = async (which: Which, { files = false, known = false }: Looking) => {
    const record = await find(which);
    const last = known ? await changes.known(record.id) : null;
    const counted = last ?? (await changes.count(record.id, { files }));
    if (counted) return { record: table.get(record.id), ...counted };
    throw noWorktree(record);
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
    close: (which) =>
      verb(which, async ({ id }) => {
        await checks.stop(id);
        await closeSession(deps, id);
      }),
    remove: (which, o) =>
      verb(which, ({ id }) => removeSession(deps, id, { ...o, ending: () => checks.stop(id) })),
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
    async seen(which, tree) {
      const { id, repo, changes: counted } = await find(which);
      deps.status.looked(id);
      const seenTree = tree ?? counted?.tree ?? null;
      if (seenTree !== null && seenTree !== table.get(id).seenTree) {
        await holdSeen(repo, id, seenTree).catch((error) => {
          if (tree !== undefined) throw error;
          deps.log(`what was looked at of ${id} is not held: ${error}`);
        });
        await table.note(id, { seenTree });
      }
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
    async compared(which, { against, ...what } = {}, { files = false, known = false } = {}) {
      const { scope = 'all', turn, from, to } = what;
      const isAll = scope === 'all' && [turn, from, to, against].every((one) => one === undefined);
      const counted = await snapshot(which, { files: files && isAll, known });
      if (isAll) return counted;
      const { record, base, tree } = counted;
      if (against !== undefined) {
        const other = await snapshot({ session: against, repo: record.repo }, { known });
        if (other.record.repo === record.repo)
          return { record, base: other.tree, tree, files: null };
        const hint = 'Only sessions of one repository can be compared.';
        throw new TempestError('bad-request', `${against} is of another repository`, hint);
      }
      const parts = { record, base, tree, checkpoints: await turns.list(record.id) };
      return { record, files: null, ...(await sidesOf(what, parts)) };
    },
    checkpoints: async (which) => turns.list((await find(which)).id),
    async conflicts(path, signal) {
      const repo = await needRepo(path);
      return await outlooks.of(repo.root, signal);
    },
    async rewind(which, o) {
      const { id } = await find(which);
      const kept = await guard(id, () => rewindSession(deps, turns, id, o));
      changes.touch(id);
      return kept;
    },
  };
}
