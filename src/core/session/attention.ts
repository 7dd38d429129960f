// Who wants the person, and in which order: one queue over the sessions of all repositories.
import type { Attention, Session } from './session.ts';

type Wanting = Pick<Session, 'status' | 'unseen' | 'problem' | 'statusAt'>;

/** Further apart than any two times in ms since 1970, so that the reason comes before the time. */
const step = 1e14;
/** An agent that waits does nothing until it is answered; one that has stopped may be done. */
const order: Record<Attention['reason'], number> = {
  waiting: 0,
  problem: 1,
  exited: 2,
  finished: 2,
};

/**
 * Why the session wants the person, and its place in the queue; null when it doesn't. One that waits does
 * so until it is answered, the others until somebody looks.
 */
export function attentionOf({ status, unseen, problem, statusAt }: Wanting): Attention | null {
  const reason = reasonOf(status, unseen, problem !== null);
  return reason && { reason, rank: order[reason] * step + statusAt };
}

function reasonOf(status: Session['status'], unseen: boolean, stopped: boolean) {
  if (status === 'waiting') return 'waiting';
  if (!unseen) return null;
  if (status === 'exited') return 'exited';
  // Started again, it has news no more, though the record may say so for a moment.
  if (status !== 'idle') return null;
  return stopped ? 'problem' : 'finished';
}

/** Those that want the person: who waits before who has stopped, the oldest first. */
export function attentionQueue(sessions: readonly Session[]): Session[] {
  const rank = ({ attention }: Session) => attention?.rank ?? 0;
  return sessions
    .filter(({ attention }) => attention !== null)
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

/** Whether there is something new to tell the person: the same want as before is none. */
export function isNews(before: Attention | null, now: Attention | null): boolean {
  return now !== null && now.rank !== before?.rank;
}
