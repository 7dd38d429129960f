// Sends one text to several sessions at once, each with an outcome of its own.
import { TempestError } from '../errors.ts';
import type { Sessions } from './sessions.ts';
import type { Confirmed } from './taken.ts';

export interface Broadcast {
  /** Names or ids; one that is named twice is sent to once. */
  sessions: string[];
  repo?: string | undefined;
  text: string;
  submit: boolean;
  /** Adds to the queues, so that an agent at work gets it when its turn is over. */
  queue: boolean;
}

export interface Outcome {
  /** As the caller named it. */
  session: string;
  /** Null when there is no such session. */
  id: string | null;
  confirmed: Confirmed;
  queued: boolean;
  error: TempestError | null;
}

/** In the order of `sessions`. What fails for one leaves the others alone. */
export async function broadcast(sessions: Sessions, o: Broadcast): Promise<Outcome[]> {
  const found = await Promise.all(
    [...new Set(o.sessions)].map((named) => find(sessions, named, o)),
  );
  const isFirst = ({ id }: Outcome, index: number) =>
    id === null || found.findIndex((other) => other.id === id) === index;
  return await Promise.all(
    found.filter(isFirst).map(async (outcome) => {
      if (outcome.id === null) return outcome;
      const which = { session: outcome.id };
      return await trying(outcome, async () => {
        if (o.queue) await sessions.enqueue(which, { text: o.text });
        if (o.queue) return { ...outcome, queued: true };
        return { ...outcome, confirmed: (await sessions.send(which, o.text, o)).confirmed };
      });
    }),
  );
}

async function find(sessions: Sessions, session: string, { repo }: Broadcast): Promise<Outcome> {
  const outcome: Outcome = { session, id: null, confirmed: null, queued: false, error: null };
  return await trying(outcome, async () => {
    return { ...outcome, id: (await sessions.find({ session, repo })).id };
  });
}

async function trying(outcome: Outcome, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TempestError) return { ...outcome, error };
    throw error;
  }
}
