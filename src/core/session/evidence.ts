// Carries evidence about running agents into the table, through the one function that judges it.
import type { Exit, HostEvent, TerminalSignals } from '../../terminal/protocol.ts';
import type { Reading } from '../agents/agent.ts';
import type { AgentEvent } from '../agents/event.ts';
import type { Registry } from '../agents/registry.ts';
import type { Clock, Timer } from '../clock.ts';
import { dueIn } from './overdue.ts';
import { isLive, type SessionRecord, terminalId } from './record.ts';
import type { Status } from './session.ts';
import { isAtWork } from './state.ts';
import { type Evidence, type Judged, nextStatus, type StatusState, statusOf } from './status.ts';
import type { Table } from './table.ts';
import { withNewTurn } from './usage.ts';

export interface StatusKeeper {
  started(id: string, how: { prompted: boolean; typed?: boolean }): void;
  exited(id: string, exit: Exit): void;
  submitted(id: string, text: string): void;
  /** The agent didn't take what was submitted, when its status was `before`. */
  notTaken(id: string, before: Status): void;
  /** The prompt that it was started with is typed next. */
  takesPrompt(id: string): void;
  /** What its screen said at that time, in ms since 1970, in that generation. */
  saw(id: string, generation: number, reading: Reading, at: number): void;
  /**
   * The agent's own word, in that generation. Resolves when what came of it is on disk, or is known not
   * to get there.
   */
  spoke(id: string, generation: number, event: AgentEvent): Promise<void>;
  looked(id: string): void;
  /** What the terminal host reports; of a terminal that is no session's present one, nothing is taken. */
  heard(event: HostEvent): void;
  /** Signals that came while nobody listened, in the order of their times. */
  caughtUp(id: string, signals: TerminalSignals): void;
  stop(): void;
}

export function createStatusKeeper(o: {
  table: Table;
  agents: () => Registry;
  clock: Clock;
}): StatusKeeper {
  const states = new Map<string, StatusState>();
  const timers = new Map<string, Timer>();

  const judge = async (id: string, evidence: Evidence, before?: StatusState): Promise<void> => {
    if (!o.table.has(id)) return;
    const record = o.table.get(id);
    // The table may have moved on without us: closed, failed, or a new generation on its way.
    const known = before ?? states.get(id);
    const recorded = () => statusOf(record, record.heard ?? undefined);
    const state = known && isSame(known, record) ? known : (before ?? recorded());
    const agent = agentOf(record);
    const next = nextStatus(state, evidence, o.clock.now(), agent);
    states.set(id, next);
    // What changes nothing must not put off what is due.
    if (next !== state || !timers.has(id)) wait(id, next, agent);
    const { status, reason, activity, question, problem, unseen, exit, statusAt } = next;
    const turnAt = beginningOf(evidence, state, next) ?? record.turnAt;
    await o.table.note(id, {
      ...{ status, reason, activity, question, problem, unseen, exit, statusAt },
      subAgents: next.subAgents.length,
      turnPrompt: promptOf(evidence) ?? record.turnPrompt,
      ...(turnAt !== record.turnAt && { turnAt, usage: withNewTurn(record.usage) }),
      heard: {
        ...{ speaks: next.speaks, since: next.since },
        ...{ ended: next.ended, endedAt: next.endedAt },
      },
    });
  };
  /** Judges again when time alone changes the status. */
  const wait = (id: string, state: StatusState, agent: Judged) => {
    timers.get(id)?.cancel();
    timers.delete(id);
    const ms = dueIn(state, agent, o.clock.now());
    if (ms === null) return;
    const { generation } = state;
    const judgeAgain = () => {
      timers.delete(id);
      void judge(id, { kind: 'due', generation });
    };
    timers.set(id, o.clock.after(ms, judgeAgain));
  };
  const agentOf = (record: SessionRecord): Judged => {
    try {
      return o.agents().of(record);
    } catch {
      return {}; // Its table is gone from the config; the terminal's signals still count.
    }
  };

  return {
    started(id, how) {
      const record = o.table.get(id);
      const before = statusOf({ ...record, generation: record.generation - 1 });
      void judge(
        id,
        { kind: 'started', generation: record.generation, at: record.statusAt, ...how },
        before,
      );
    },
    exited(id, exit) {
      const { generation, task } = o.table.get(id);
      // Who closes or removes a session says itself what becomes of it.
      if (task === 'close' || task === 'remove') return;
      void judge(id, { kind: 'exited', generation, exit });
    },
    submitted(id, text) {
      void judge(id, { kind: 'submitted', generation: o.table.get(id).generation, text });
    },
    notTaken(id, before) {
      const { generation } = o.table.get(id);
      void judge(id, { kind: 'not-taken', generation, before });
    },
    takesPrompt(id) {
      void judge(id, { kind: 'takes-prompt', generation: o.table.get(id).generation });
    },
    saw(id, generation, reading, at) {
      void judge(id, { kind: 'screen', generation, reading, at });
    },
    spoke: (id, generation, event) => judge(id, { kind: 'event', generation, event }),
    looked(id) {
      void judge(id, { kind: 'looked' });
    },
    heard(event) {
      const record = ownerOf(o.table, event.terminal);
      if (!record) return;
      if (event.event === 'exit') return this.exited(record.id, event.exit);
      const { changed, signals } = event;
      void judge(record.id, { kind: 'signal', generation: record.generation, changed, signals });
    },
    caughtUp(id, signals) {
      const { generation } = o.table.get(id);
      for (const changed of inOrder(signals)) {
        void judge(id, { kind: 'signal', generation, changed, signals, missed: true });
      }
    },
    stop() {
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

/** When the turn began that begins with this evidence, in ms since 1970; null: none does. */
function beginningOf(evidence: Evidence, before: StatusState, next: StatusState): number | null {
  if (!isAtWork(next) || (isAtWork(before) && evidence.kind !== 'started')) return null;
  // The terminal may be faster than the agent's own word.
  return next.since === before.since ? next.statusAt : next.since;
}

/** What begins a turn with this evidence, where it says so. */
function promptOf(evidence: Evidence): string | undefined {
  if (evidence.kind === 'submitted') return evidence.text;
  if (evidence.kind !== 'event' || evidence.event.kind !== 'turn-started') return undefined;
  return evidence.event.prompt;
}

/** The session whose present terminal this is. */
export function ownerOf(table: Table, terminal: string): SessionRecord | null {
  const id = terminal.slice(0, terminal.lastIndexOf('.'));
  if (!table.has(id)) return null;
  const record = table.get(id);
  return terminalId(record) === terminal ? record : null;
}

function isSame(state: StatusState, record: SessionRecord): boolean {
  return (
    state.generation === record.generation &&
    state.status === record.status &&
    state.unseen === record.unseen &&
    (isLive(record) || state.statusAt === record.statusAt)
  );
}

function inOrder(signals: TerminalSignals): (keyof TerminalSignals)[] {
  const at = (key: keyof TerminalSignals): number => {
    const value = signals[key];
    if (value === null || typeof value === 'string') return 0;
    return typeof value === 'number' ? value : value.at;
  };
  const keys: (keyof TerminalSignals)[] = [
    'title',
    'prompt',
    'progress',
    'notification',
    'bell',
    'outputAt',
  ];
  return keys
    .filter((key) => signals[key] !== null && signals[key] !== '')
    .sort((a, b) => at(a) - at(b));
}
