// Hears what agents say of themselves: events from their spool folders and the lines of their
// conversations' records, each read by the agent's adapter.
import type { AgentEvent } from '../agents/event.ts';
import type { Registry } from '../agents/registry.ts';
import type { StatusKeeper } from './evidence.ts';
import type { Said, Source } from './said.ts';
import { createSpools } from './spool.ts';
import type { Table } from './table.ts';
import { createTranscripts } from './transcripts.ts';

export interface Listening {
  /** Hears the session's present start from now on, and what it has said before. Makes its spool folder. */
  follow(id: string): Promise<void>;
  /** Reads the conversation's record at this path, from now on. */
  read(id: string, path: string): Promise<void>;
  /** Whether the record of the present start's conversation is being read. */
  reads(id: string): boolean;
  /** The agent is gone: hears the rest and stops. */
  finish(id: string): Promise<void>;
  /** The session is gone, and what its agents said with it. */
  forget(id: string): Promise<void>;
  stop(): void;
}

export function createListening(o: {
  table: Table;
  status: StatusKeeper;
  said: Said;
  agents: () => Registry;
  /** The folder of all spool folders. */
  spool: string;
  now(): number;
  log(line: string): void;
}): Listening {
  const { table, status, said, log } = o;

  const agentOf = (id: string) => {
    try {
      return o.agents().of(table.get(id));
    } catch {
      return null; // Its table is gone from the config.
    }
  };
  /** An adapter that stumbles over something new must not take the other events with it. */
  const read = (id: string, reading: () => AgentEvent[] | undefined): AgentEvent[] => {
    try {
      return reading() ?? [];
    } catch (error) {
      log(`an event of ${id} could not be read: ${error}`);
      return [];
    }
  };
  const hear = async (
    id: string,
    generation: number,
    event: AgentEvent,
    source: Source,
  ): Promise<void> => {
    if (!table.has(id) || table.get(id).generation !== generation) return;
    if (!(await isOfSession(id, event))) return;
    if (event.kind === 'transcript') return await transcripts.follow(id, generation, event.path);
    const judged = status.spoke(id, generation, event);
    await said.tell({ id, generation, event, source });
    await judged;
  };
  /** Whether the event is of the session's own conversation. Learns which that is where it is new. */
  const isOfSession = async (id: string, event: AgentEvent): Promise<boolean> => {
    const { conversation } = event;
    if (conversation === undefined || conversation === table.get(id).conversation) return true;
    if (event.kind !== 'ready' && table.get(id).conversation !== null) return false;
    await table.note(id, { conversation });
    return true;
  };
  const spools = createSpools({
    root: o.spool,
    log,
    async onEvent(id, generation, event) {
      if (!table.has(id)) return;
      for (const word of read(id, () => agentOf(id)?.readEvent?.(event))) {
        await hear(id, generation, word, 'spool');
      }
    },
  });
  const transcripts = createTranscripts({
    log,
    now: o.now,
    onLine(id, generation, line, where) {
      if (!table.has(id)) return;
      for (const word of read(id, () => agentOf(id)?.readTranscript?.(line, where))) {
        hear(id, generation, word, 'record').catch((error) => log(`what ${id} said: ${error}`));
      }
    },
  });

  return {
    follow: (id) => spools.follow(id, table.get(id).generation),
    read: (id, path) => transcripts.follow(id, table.get(id).generation, path),
    reads: (id) => transcripts.follows(id, table.get(id).generation),
    async finish(id) {
      await spools.finish(id);
      await transcripts.finish(id);
    },
    async forget(id) {
      transcripts.forget(id);
      await spools.forget(id);
    },
    stop() {
      spools.stop();
      transcripts.stop();
    },
  };
}
