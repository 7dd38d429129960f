// Passes on what agents say of themselves to whoever waits for it.
import type { AgentEvent } from '../agents/event.ts';

/** Where an event comes from: a file of the spool folder, or a line of the conversation's record. */
export type Source = 'spool' | 'record';

export interface Saying {
  /** The session. */
  id: string;
  generation: number;
  event: AgentEvent;
  source: Source;
}

export type Listener = (saying: Saying) => void | Promise<void>;

export interface Said {
  /** Resolves when every listener is done: an event is deleted only then. Rejects when one failed. */
  tell(saying: Saying): Promise<void>;
  /** Gives what ends it. */
  listen(listener: Listener): () => void;
}

export function createSaid(): Said {
  const listeners = new Set<Listener>();
  return {
    async tell(saying) {
      await Promise.all([...listeners].map(async (listener) => listener(saying)));
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
