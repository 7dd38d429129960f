// Sends messages to Neovim in batches, one batch under way at a time.
import type { Message } from './messages.ts';

/** At most about 60 batches a second, so that a busy daemon can't keep the editor busy. */
const gapMs = 16;

export interface Outbox {
  push(message: Message): void;
}

/**
 * `deliver` resolves when Neovim has taken the batch. While it is busy, changes to the same
 * session replace each other, so what waits stays as small as the list of sessions.
 */
export function createOutbox(
  deliver: (batch: Message[]) => Promise<void>,
  onError: (error: unknown) => void,
): Outbox {
  let waiting: Message[] = [];
  let sending = false;
  let lastSentAt = 0;

  const flush = async () => {
    const batch = waiting;
    waiting = [];
    lastSentAt = performance.now();
    try {
      await deliver(batch);
    } catch (error) {
      onError(error);
    }
    sending = false;
    if (waiting.length > 0) schedule();
  };

  const schedule = () => {
    if (sending) return;
    sending = true;
    const delay = waiting.some(({ kind }) => kind === 'reply' || kind === 'taken')
      ? 0
      : Math.max(0, lastSentAt + gapMs - performance.now());
    setTimeout(() => void flush(), delay);
  };

  return {
    push(message) {
      const key = sessionOf(message);
      if (key) waiting = waiting.filter((other) => sessionOf(other) !== key);
      waiting.push(message);
      schedule();
    },
  };
}

/** The session's id of a `session/changed` event, else undefined. */
function sessionOf(message: Message): string | undefined {
  if (message.kind !== 'event' || message.method !== 'session/changed') return undefined;
  return (message.params as { session?: { id?: string } }).session?.id;
}
