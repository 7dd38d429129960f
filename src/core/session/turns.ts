// Keeps a checkpoint at the end of each turn of each session, and goes back to one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from '../agents/event.ts';
import { TempestError } from '../errors.ts';
import {
  type Checkpoint,
  type CheckpointPlace,
  listCheckpoints,
  noteMoved,
  putBack,
  takeCheckpoint,
} from '../review/checkpoints.ts';
import { blobAt } from '../review/diff.ts';
import type { Ending } from '../review/words.ts';
import { refuseUnfinished } from '../worktree/unfinished.ts';
import { type Deps, scratchFolder } from './deps.ts';
import { createGuard } from './guard.ts';
import { inTurn } from './in-turn.ts';
import { refuseWithoutWorktree } from './no-worktree.ts';
import type { SessionRecord } from './record.ts';
import type { Session, Status } from './session.ts';
import { isAtWork } from './state.ts';
import type { TableEvent } from './table.ts';

export interface Turns {
  /** Every change to a session, in order: the end of a turn is one of them. */
  seen(event: TableEvent): void;
  /** The oldest first. Waits for those that are being taken. */
  list(id: string): Promise<Checkpoint[]>;
  /**
   * Puts the files of the worktree back `to` a checkpoint's, after keeping what they are now as a checkpoint
   * of its own, `before`; with the ignored ones that had to give way. Throws `wrong-state` while the agent is at work and
   * in the midst of a merge or the like, `unknown-checkpoint`, `git-failed` when a file was written meanwhile.
   */
  rewind(id: string, number: number): Promise<{ before: Checkpoint; to: Checkpoint }>;
  /**
   * Does `work`, which moves files or commits or fails, after what the worktree holds was kept as a checkpoint, and
   * while none is taken. `why` stands with it.
   */
  keeping<T>(
    id: string,
    why: string,
    work: (kept: Checkpoint, place: CheckpointPlace) => Promise<T>,
  ): Promise<T>;
  /**
   * Keeps a snapshot as a checkpoint before hunks of one of its files are rejected. Gives the last checkpoint instead
   * where that has the file as it is in the snapshot.
   */
  beforeReject(id: string, o: { tree: string; path: Buffer }): Promise<Checkpoint>;
}

export interface TurnDeps extends Pick<Deps, 'table' | 'places' | 'log' | 'now'> {
  /** A turn that was over at `at`, in ms since 1970, has its checkpoint. */
  onEnd(id: string, checkpoint: Checkpoint, at: number): void;
  /** What the turn from `since` until `until` took, both in ms since 1970, as it is known by now. */
  spent(id: string, since: number, until?: number): Usage | null;
}

export function createTurns(deps: TurnDeps): Turns {
  const last = new Map<string, Status>();
  // Checkpoints of one session have numbers, so they are taken one after the other.
  const oneByOne = createGuard();
  // Of the last turn of each session that has a checkpoint: what it took may be told later.
  const ended = new Map<string, { number: number; since: number }>();

  const take = (
    record: SessionRecord,
    what: Pick<Parameters<typeof takeCheckpoint>[0], 'until' | 'tree' | 'spent'> & {
      ending: Ending;
      at: number;
      prompt: string;
    },
  ) => takeCheckpoint({ ...placeOf(deps, record), conversation: record.conversation, ...what });

  /** Until the next turn began, if one has by now. */
  const spentSince = (id: string, since: number) => {
    const present = deps.table.has(id) ? (deps.table.get(id).turnAt ?? 0) : 0;
    return deps.spent(id, since, present > since ? present : undefined);
  };

  const atEnd = async (
    { record, since }: { record: SessionRecord; since: number },
    what: { ending: Ending; at: number; prompt: string },
  ) => {
    const { id } = record;
    const before = ended.get(id);
    ended.delete(id);
    const spent = () => ({
      turn: spentSince(id, since),
      before: before && before.since < since ? deps.spent(id, before.since, since) : null,
    });
    const checkpoint = await take(record, { ...what, spent });
    ended.set(id, { number: checkpoint.number, since });
    return checkpoint;
  };

  const withLastWords = (id: string, checkpoint: Checkpoint): Checkpoint => {
    const last = ended.get(id);
    if (last?.number !== checkpoint.number) return checkpoint;
    return { ...checkpoint, usage: spentSince(id, last.since) ?? checkpoint.usage };
  };

  /** What fails has moved nothing. */
  const moving = async <T>(
    record: SessionRecord,
    why: { prompt: string; until?: string },
    work: (kept: Checkpoint, place: CheckpointPlace) => Promise<T>,
  ) => {
    const place = placeOf(deps, record);
    const kept = await take(record, { ...why, ending: 'rewind', at: deps.now() });
    const done = await work(kept, place);
    const after = await noteMoved(place, kept).catch((error) => {
      deps.log(`what ${record.name} was moved to is not noted: ${error}`);
      return null;
    });
    return { done, after };
  };

  return {
    seen(event) {
      if (event.kind === 'removed') {
        ended.delete(event.id);
        return void last.delete(event.id);
      }
      const { session } = event;
      const before = last.get(session.id);
      last.set(session.id, session.status);
      const ending = endingOf(session, before);
      if (!ending) return;
      // Which turn it was must be read now: the next one may be on its way.
      const record = deps.table.get(session.id);
      const since = record.turnAt ?? 0;
      oneByOne(session.id, async () => {
        if (!existsSync(record.worktree)) return;
        const { statusAt: at, turnPrompt: prompt } = record;
        deps.onEnd(record.id, await atEnd({ record, since }, { ending, at, prompt }), at);
      }).catch((error) => deps.log(`no checkpoint of ${session.name}: ${error}`));
    },
    list: (id) =>
      oneByOne(id, async () => {
        const listed = await listCheckpoints(deps.table.get(id).repo, id);
        return listed.map((one) => withLastWords(id, one));
      }),
    rewind: (id, number) =>
      oneByOne(id, async () => {
        const record = deps.table.get(id);
        refuseAtWork(record);
        // Git's own state would stay: a commit would conclude the merge with none of what the base had brought.
        await refuseUnfinished(record.worktree);
        const found = (await listCheckpoints(record.repo, id)).find((one) => one.number === number);
        if (!found) {
          throw new TempestError(
            'unknown-checkpoint',
            `${record.name} has no checkpoint ${number}`,
            'See `tempest checkpoints`, `:TempestRewind`.',
          );
        }
        const until = found.tree;
        const { done: before, after } = await moving(
          record,
          { prompt: '', until },
          async (now, place) => {
            await putBack({ ...place, now: now.tree, tree: found.tree });
            return now;
          },
        );
        return { before: { ...before, after }, to: found };
      }),
    keeping: (id, prompt, work) =>
      oneByOne(id, async () => (await moving(deps.table.get(id), { prompt }, work)).done),
    beforeReject: (id, { tree, path }) =>
      oneByOne(id, async () => {
        const record = deps.table.get(id);
        const last = (await listCheckpoints(record.repo, id)).at(-1);
        if (last && (await isSameFile(record.repo, path, [last.tree, tree]))) return last;
        const prompt = `before a hunk of ${path} was rejected`;
        return await take(record, { ending: 'reject', at: deps.now(), prompt, tree });
      }),
  };
}

/** How the turn ended, if this change ended one. */
function endingOf(session: Session, before: Status | undefined): Ending | null {
  if (!before || !isAtWork({ status: before }) || session.removed) return null;
  if (session.status === 'exited' || session.status === 'closed') return session.status;
  if (session.status !== 'idle') return null;
  if (session.problem) return 'problem';
  // The end of any other turn is news for the person.
  return session.unseen ? 'done' : 'interrupted';
}

async function isSameFile(cwd: string, path: Buffer, revs: string[]): Promise<boolean> {
  const [one, other] = await Promise.all(revs.map((rev) => blobAt({ cwd, rev, path })));
  return one === other;
}

/** An index of its own: the count of changes goes on beside it. */
function placeOf(deps: Pick<Deps, 'places'>, record: SessionRecord): CheckpointPlace {
  const indexFile = join(scratchFolder(deps, record), 'checkpoint-index');
  return { worktree: record.worktree, session: record.id, indexFile };
}

function refuseAtWork(record: SessionRecord): void {
  const { status } = record;
  refuseWithoutWorktree(record);
  if (status === 'idle' || status === 'exited' || status === 'closed') return;
  throw inTurn(record, 'its agent would not know that its files have changed');
}
