// What the record of a conversation does to the status of an agent that says nothing else of itself: its
// terminal tells when a turn goes on and when it is over, and its record how it ended.
import type { AgentEvent } from '../agents/event.ts';
import { afterEvent } from './speaking.ts';
import { become, type StatusState } from './state.ts';

/** The state after an event from the record; its terminal's signals count as before. */
export function afterRecord(state: StatusState, event: AgentEvent, now: number): StatusState {
  const { speaks } = state;
  switch (event.kind) {
    case 'turn-started':
      if (event.at < state.since) return state;
      return { ...forgiven(state, now), since: event.at };
    case 'turn-ended': {
      const next = { ...afterEvent(state, event, now), speaks };
      // The terminal may have told of its end before; who interrupts, looks.
      return event.interrupted && next.ended === 'interrupted' ? { ...next, unseen: false } : next;
    }
    default:
      return { ...afterEvent(state, event, now), speaks };
  }
}

/** A problem of the turn before is none of this one's: the whole record is read again after a restart. */
function forgiven(state: StatusState, now: number): StatusState {
  return state.status === 'idle' && state.problem
    ? become(state, 'idle', now, { problem: null })
    : state;
}
