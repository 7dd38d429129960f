// The table of all sessions: in memory for reading, in the store for good, every change announced.
import { TempestError } from '../errors.ts';
import type { Store } from '../store.ts';
import { attentionOf } from './attention.ts';
import { type SessionRecord, toSession } from './record.ts';
import { type Attention, type Session, sessionSchema } from './session.ts';

export type TableEvent =
  /** `before`: what it wanted of the person until then. */
  | { kind: 'changed'; session: Session; before: Attention | null }
  | { kind: 'removed'; id: string; revision: number };

export interface Table {
  all(): SessionRecord[];
  /** Throws `unknown-session` when it is gone. */
  get(id: string): SessionRecord;
  has(id: string): boolean;
  view(id: string): Session;
  revision(): number;
  /**
   * Changes at once in memory and for all clients; resolves when it is on disk. Is taken back and
   * throws `io-failed` when it can't be written.
   */
  update(id: string, patch: Partial<SessionRecord>): Promise<void>;
  /** For what was observed: the same, but not being able to write it is only logged. Never throws once the session is known. */
  note(id: string, patch: Partial<SessionRecord>): Promise<void>;
  /** Writes what is in memory alone, as far as that can be. */
  keep(id: string): Promise<void>;
  add(record: SessionRecord): Promise<void>;
  forget(id: string): Promise<void>;
}

/** Fields that change often and can be found out again: a change to these alone isn't written. */
const volatile = new Set<keyof SessionRecord>([
  'activity',
  'changes',
  'unfinished',
  'subAgents',
  'usage',
  'counted',
]);

/** Builds the table on what the store holds. `announce` is called once a change, in order. */
export function createTable(
  store: Store,
  announce: (event: TableEvent) => void,
  log: (line: string) => void,
): Table {
  const records = new Map(store.records.map((record) => [record.id, record]));
  const revisions = new Map<string, number>();
  // Revisions must rise over restarts, too, as clients keep the newest they saw.
  let revision = Date.now() * 8;

  const get = (id: string): SessionRecord => {
    const record = records.get(id);
    if (!record)
      throw new TempestError(
        'unknown-session',
        `no session ${id}`,
        'See `tempest list`, `:Tempest`.',
      );
    return record;
  };
  const view = (id: string) => toSession(get(id), revisions.get(id) ?? revision);
  const put = (record: SessionRecord) => {
    const old = records.get(record.id);
    const before = old?.removed === null ? attentionOf(old) : null;
    records.set(record.id, record);
    revision += 1;
    revisions.set(record.id, revision);
    if (record.removed === null) announce({ kind: 'changed', session: view(record.id), before });
    else if (old?.removed === null) announce({ kind: 'removed', id: record.id, revision });
  };

  return {
    all: () => [...records.values()],
    get,
    has: (id) => records.has(id),
    view,
    revision: () => revision,
    async update(id, patch) {
      const before = get(id);
      const changed = changedKeys(before, patch);
      if (changed.length === 0) return;
      const record = { ...before, ...patch };
      put(record);
      if (changed.every((key) => volatile.has(key))) return;
      try {
        await store.write(record);
      } catch (error) {
        // What is intended must not differ from what a restart would find.
        if (records.get(id) === record) put(before);
        throw error;
      }
    },
    async note(id, patch) {
      const before = get(id);
      const changed = changedKeys(before, patch);
      if (changed.length === 0) return;
      const record = { ...before, ...patch };
      if (changed.some((key) => key in sessionSchema.shape)) put(record);
      else records.set(id, record);
      if (changed.every((key) => volatile.has(key))) return;
      await store.write(record).catch((error) => log(String(error)));
    },
    async keep(id) {
      await store.write(get(id)).catch((error) => log(String(error)));
    },
    async add(record) {
      put(record);
      try {
        await store.write(record);
      } catch (error) {
        await this.forget(record.id).catch(() => {});
        throw error;
      }
    },
    async forget(id) {
      if (!records.delete(id)) return;
      revision += 1;
      announce({ kind: 'removed', id, revision });
      await store.delete(id);
    },
  };
}

function changedKeys(before: SessionRecord, patch: Partial<SessionRecord>) {
  const keys = Object.keys(patch) as (keyof SessionRecord)[];
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(patch[key]));
}
