// Keeps a checkpoint at the end of each turn of each session, and goes back to one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TempestError } from '../errors.ts';
import {
  type Checkpoint,
  type CheckpointPlace,
  listCheckpoints,
  putBack,
  takeCheckpoint,
} from '../review/checkpoints.ts';
import type { Ending } from '../review/words.ts';
import { type Deps, scratchFolder } from './deps.ts';
import { createGuard } from './guard.ts';
import type { SessionRecord } from './record.ts';
import type { Session, Status } from './session.ts';
import type { TableEvent } from './table.ts';

export interface Turns {
  /** Every change to a session, in order: the end of a turn is one of them. */
  seen(event: TableEvent): void;
  /** The oldest first. Waits for those that are being taken. */
  list(id: string): Promise<Checkpoint[]>;
  /**
   * Puts the files of the worktree back to a checkpoint's, after keeping what they are now as a checkpoint
   * of its own, which is given back. Throws `wrong-state` while the agent is at work, `unknown-checkpoint`, `git-failed` when a file was
   * written meanwhile.
   */
  rewind(id: string, number: number): Promise<Checkpoint>;
}

export function createTurns(deps: Pick<Deps, 'table' | 'places' | 'log'>): Turns {
  const last = new Map<string, Status>();
  // Checkpoints of one session have numbers, so they are taken one after the other.
  const oneByOne = createGuard();

  const take = (record: SessionRecord, ending: Ending, prompt = record.turnPrompt) =>
    takeCheckpoint({ ...placeOf(deps, record), prompt, ending });

  return {
    seen(event) {
      if (event.kind === 'removed') return void last.delete(event.id);
      const { session } = event;
      const before = last.get(session.id);
      last.set(session.id, session.status);
      const ending = endingOf(session, before);
      if (!ending) return;
      // Which prompt it was must be read now: the next one may be on its way.
      const record = deps.table.get(session.id);
      oneByOne(session.id, async () => {
        if (existsSync(record.worktree)) await take(record, ending);
      }).catch((error) => deps.log(`no checkpoint of ${session.name}: ${error}`));
    },
    list: (id) => oneByOne(id, () => listCheckpoints(deps.table.get(id).repo, id)),
    rewind: (id, number) =>
      oneByOne(id, async () => {
        const record = deps.table.get(id);
        refuseAtWork(record);
        const found = (await listCheckpoints(record.repo, id)).find((one) => one.number === number);
        if (!found) {
          throw new TempestError(
            'unknown-checkpoint',
            `${record.name} has no checkpoint ${number}`,
            'See `tempest checkpoints`, `:TempestRewind`.',
          );
        }
        const now = await take(record, 'rewind', '');
        await putBack({ ...placeOf(deps, record), now: now.tree, tree: found.tree });
        return now;
      }),
  };
}

/** How the turn ended, if this change ended one. */
function endingOf(session: Session, before: Status | undefined): Ending | null {
  const wasTurn = before === 'working' || before === 'waiting';
  if (!wasTurn || session.removed) return null;
  if (session.status === 'exited' || session.status === 'closed') return session.status;
  if (session.status !== 'idle') return null;
  if (session.problem) return 'problem';
  // The end of any other turn is news for the person.
  return session.unseen ? 'done' : 'interrupted';
}

/** An index of its own: the count of changes goes on beside it. */
function placeOf(deps: Pick<Deps, 'places'>, record: SessionRecord): CheckpointPlace {
  const indexFile = join(scratchFolder(deps, record), 'checkpoint-index');
  return { worktree: record.worktree, session: record.id, indexFile };
}

function refuseAtWork({ name, status, worktree }: SessionRecord): void {
  if (!existsSync(worktree)) {
    throw new TempestError('wrong-state', `${name} has no worktree now`, 'Restore it first.');
  }
  if (status === 'idle' || status === 'exited' || status === 'closed') return;
  throw new TempestError(
    'wrong-state',
    `${name} is ${status}: its agent would not know that its files have changed`,
    'Wait for the end of its turn, or interrupt it.',
  );
}
