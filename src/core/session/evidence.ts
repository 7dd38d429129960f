// Carries evidence about running agents into the table, through the one function that judges it.
import type { Exit, HostEvent, TerminalSignals } from '../../terminal/protocol.ts';
import type { Registry } from '../agents/registry.ts';
import { isLive, type SessionRecord, terminalId } from './record.ts';
import { type Evidence, nextStatus, type StatusState, statusOf } from './status.ts';
import type { Table } from './table.ts';

export interface StatusKeeper {
  started(id: string, how: { prompted: boolean }): void;
  exited(id: string, exit: Exit): void;
  submitted(id: string, text: string): void;
  looked(id: string): void;
  /** What the terminal host reports; of a terminal that is no session's present one, nothing is taken. */
  heard(event: HostEvent): void;
  /** Signals that came while nobody listened, in the order of their times. */
  caughtUp(id: string, signals: TerminalSignals): void;
}

export function createStatusKeeper(o: {
  table: Table;
  agents: () => Registry;
  now: () => number;
}): StatusKeeper {
  const states = new Map<string, StatusState>();

  const judge = (id: string, evidence: Evidence, before?: StatusState) => {
    if (!o.table.has(id)) return;
    const record = o.table.get(id);
    // The table may have moved on without us: closed, failed, or a new generation on its way.
    const known = before ?? states.get(id);
    const state = known && isSame(known, record) ? known : (before ?? statusOf(record));
    const next = nextStatus(state, evidence, o.now(), agentOf(record));
    states.set(id, next);
    const { status, reason, activity, unseen, exit, statusAt } = next;
    o.table.note(id, { status, reason, activity, unseen, exit, statusAt });
  };
  const agentOf = (record: SessionRecord) => {
    try {
      return o.agents().of(record);
    } catch {
      return {}; // Its table is gone from the config; the terminal's signals still count.
    }
  };

  return {
    started(id, { prompted }) {
      const record = o.table.get(id);
      const before = statusOf({ ...record, generation: record.generation - 1 });
      judge(id, { kind: 'started', generation: record.generation, prompted }, before);
    },
    exited(id, exit) {
      const { generation, task } = o.table.get(id);
      // Who closes or removes a session says itself what becomes of it.
      if (task === 'close' || task === 'remove') return;
      judge(id, { kind: 'exited', generation, exit });
    },
    submitted(id, text) {
      judge(id, { kind: 'submitted', generation: o.table.get(id).generation, text });
    },
    looked(id) {
      judge(id, { kind: 'looked' });
    },
    heard(event) {
      const record = ownerOf(o.table, event.terminal);
      if (!record) return;
      if (event.event === 'exit') return this.exited(record.id, event.exit);
      const { changed, signals } = event;
      judge(record.id, { kind: 'signal', generation: record.generation, changed, signals });
    },
    caughtUp(id, signals) {
      const { generation } = o.table.get(id);
      for (const changed of inOrder(signals)) {
        judge(id, { kind: 'signal', generation, changed, signals, missed: true });
      }
    },
  };
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
