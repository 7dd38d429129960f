// Sends what waits in the sessions' queues: one item whenever a turn is over and was not cut short. An item
// is marked before the first key, and is gone only once it is known to be taken, so that after a crash it
// is neither lost nor sent twice; where nobody knows, it stays and the queue says so.
import type { Agent } from '../agents/agent.ts';
import type { Timer } from '../clock.ts';
import { TempestError } from '../errors.ts';
import type { Deps } from './deps.ts';
import type { Guard } from './guard.ts';
import { begin, done, type Hold, hold, next, onItsWay, putBack } from './queue.ts';
import type { SessionRecord } from './record.ts';
import type { Saying } from './said.ts';
import { isSamePrompt } from './same-prompt.ts';
import { sendToSession } from './typing.ts';

export interface Delivery {
  /** A session has changed: something may go out. Cheap to call often. */
  look(id: string): void;
  /** For a daemon that starts: settles what the last one had on its way, once the agents were heard. */
  takeUp(): void;
  stop(): void;
}

/** Of an agent that doesn't speak, rest is believed after this many ms: a title may flicker. */
const quietMs = 1_000;
/** After a restart, the agents' own words of what was on its way are waited for so long, in ms. */
const graceMs = 10_000;
/** The kernel dates files by a clock that may be this much, in ms, behind the one we read. */
const coarseMs = 10;

export function createDelivery(deps: Deps, guard: Guard): Delivery {
  const { table, clock } = deps;
  /** Sessions whose next item is being sent by this daemon. */
  const busy = new Set<string>();
  const timers = new Map<string, Timer>();
  let isAwake = false;

  const lookAgain = (id: string, ms: number) => {
    timers.get(id)?.cancel();
    timers.set(
      id,
      clock.after(ms, () => {
        timers.delete(id);
        look(id);
      }),
    );
  };
  const change = async (id: string, queue: SessionRecord['queue']) => {
    if (table.has(id)) await table.update(id, { queue });
  };
  const report = (id: string) => (error: unknown) => deps.log(`the queue of ${id}: ${error}`);

  const look = (id: string) => {
    if (!isAwake || busy.has(id) || !table.has(id)) return;
    const record = table.get(id);
    const { queue } = record;
    if (queue.items.length === 0 || record.removed) return;
    const why = holdsItself(record);
    if (why && queue.heldAt !== record.statusAt) {
      const held = { ...hold(queue, queue.hold ?? why), heldAt: record.statusAt };
      return void change(id, held).catch(report(id));
    }
    // The word that was missing has come.
    if (queue.hold?.why === 'silent' && !why && record.status === 'idle') {
      return void change(id, hold(queue, null)).catch(report(id));
    }
    const waitMs = readyIn(record, clock.now());
    if (waitMs === null) return;
    if (waitMs > 0) return lookAgain(id, waitMs);
    busy.add(id);
    void guard(id, () => sendNext(id))
      .catch((error) => {
        report(id)(error);
        return false;
      })
      .then((isSent) => {
        busy.delete(id);
        if (isSent) look(id);
      });
  };

  /** Whether it has tried. */
  const sendNext = async (id: string): Promise<boolean> => {
    if (!isAwake || !table.has(id)) return false;
    const agent = (await deps.agents()).of(table.get(id));
    const record = table.get(id);
    const item = next(record.queue);
    if (!item || readyIn(record, clock.now()) !== 0 || !isUp(agent, record)) return false;
    await table.update(id, { queue: begin(record.queue, item.id, clock.now()) });
    await deps.onStep('queue:marked');
    try {
      await sendToSession(deps, id, item.text, { submit: true });
    } catch (error) {
      // Its agent may have said at the last moment that it took it.
      const isThere = table.has(id) && onItsWay(table.get(id).queue) !== null;
      if (isThere) await change(id, putBack(table.get(id).queue, item.id, refused(error)));
      return true;
    }
    await deps.onStep('queue:sent');
    await change(id, done(table.get(id).queue, item.id));
    await deps.onStep('queue:done');
    return true;
  };

  /** What is on its way was taken when the agent says so, whoever hears it. */
  const hear = async ({ id, event }: Saying): Promise<void> => {
    if (!table.has(id)) return;
    const item = onItsWay(table.get(id).queue);
    const isIt =
      event.kind === 'turn-started' &&
      item?.sentAt != null &&
      event.at + coarseMs >= item.sentAt &&
      event.prompt !== undefined &&
      isSamePrompt(event.prompt, item.text);
    if (isIt) await change(id, done(table.get(id).queue, item.id));
    else look(id);
  };
  const forget = deps.said.listen(hear);

  /** Nobody has said that it was taken, and this daemon did not send it. */
  const giveUp = (id: string) => {
    if (!table.has(id) || busy.has(id)) return;
    const item = onItsWay(table.get(id).queue);
    if (item) void change(id, putBack(table.get(id).queue, item.id, unknown)).catch(report(id));
  };

  return {
    look,
    takeUp() {
      isAwake = true;
      for (const { id, queue } of table.all()) {
        if (onItsWay(queue)) clock.after(graceMs, () => giveUp(id));
        else look(id);
      }
    },
    stop() {
      isAwake = false;
      forget();
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

/** In how many ms the next item may go out, as far as can be told now; null: something else must happen first. */
function readyIn(record: SessionRecord, now: number): number | null {
  const isAtRest = record.status === 'idle' && record.task === null && record.removed === null;
  // Of a command of the person's own, nobody knows what it does with a text: it may be a shell.
  if (!isAtRest || record.command || next(record.queue) === null) return null;
  const restedMs = now - record.statusAt;
  // A clock that was set back says nothing of how long it has rested.
  if (record.heard?.speaks || restedMs < 0) return 0;
  return Math.max(0, quietMs - restedMs);
}

/** One that speaks for itself is up when it has said so; before that it may ask something at its start. */
function isUp(agent: Agent, { heard }: SessionRecord): boolean {
  return agent.readEvent === undefined || heard?.speaks === true;
}

/** Why nothing may follow what has just ended; null when it was done. */
function holdsItself(record: SessionRecord): Hold | null {
  const { status, problem, heard } = record;
  if (status !== 'idle' && status !== 'exited') return null;
  if (problem) return { why: 'problem', text: `The last turn ended with: ${problem.text}` };
  switch (heard?.ended) {
    case 'interrupted':
      return { why: 'interrupted', text: 'The last turn was interrupted' };
    case 'silent':
      return { why: 'silent', text: 'The last turn ended without a word of the agent' };
    case 'unclear':
      return { why: 'silent', text: unclear };
    case 'done':
      return null;
    default:
      if (status === 'idle') return null;
      return { why: 'ended', text: 'The agent ended in the middle of a turn' };
  }
}

const unclear =
  'Nothing but a bell, a notice or some output says that the agent is at rest: it may be asking something';

const unknown: Hold = {
  why: 'unknown',
  text: 'The daemon ended while the first item was being sent, and the agent did not say whether it took it',
};

function refused(error: unknown): Hold {
  const text = error instanceof Error ? error.message : String(error);
  const isKnown = error instanceof TempestError;
  const hint = isKnown && error.hint ? ` ${error.hint}` : '';
  return { why: 'not-taken', text: `${text}${hint}` };
}
