// Whether an agent that speaks for itself took the prompt that was submitted to it.
import { TempestError } from '../errors.ts';
import { linesBelow } from './on-screen.ts';
import type { SendTarget } from './send-target.ts';

/**
 * How it is known that a prompt was taken: by the agent's own word, or because it was seen on the screen,
 * where an agent says nothing. Null: it isn't.
 */
export type Confirmed = 'event' | 'screen' | null;

/** How long, in ms, an agent may take to say that it began. Its hooks are programs of their own. */
const soonMs = 1_500;
/** An agent at work keeps the prompt for later and says nothing of it yet. */
const inTurnMs = 500;
/** And if the text has left the input line, so that somebody has taken it: on a busy machine. */
const lateMs = 8_000;
/** How long, in ms, the text may be missing from a screen that is drawn anew. */
const drawingMs = 100;

export interface Submitted {
  text: string;
  /** The screen with the text on it, just before Enter. */
  placed: string;
  /** A turn was in progress. */
  inTurn: boolean;
}

/**
 * Waits for the agent's word. Where there is none and the text still stands in the input line, presses
 * Enter once more (hazard 21), but never into a question (hazard 12). Throws `not-taken`.
 */
export async function confirmTaken(
  target: SendTarget,
  { text, placed, inTurn }: Submitted,
): Promise<'event' | 'screen'> {
  const said = async (ms: number) => (await target.said?.(ms)) ?? false;
  const place = linesBelow(placed, text);
  const standsNow = async () => {
    const present = linesBelow((await target.screen?.()) ?? '', text);
    // An Enter that was taken for a part of the paste has made a line of its own below it.
    return place !== null && present !== null && (present === place || present === place + 1);
  };
  const stands = async () => {
    if (await standsNow()) return true;
    // Its screen may just be drawn anew.
    await target.wait(drawingMs);
    return await standsNow();
  };
  // An agent's own command begins no turn; at work, it keeps the prompt until the turn is over.
  const mayBeSilent = inTurn || text.trimStart().startsWith('/');
  const waitMs = mayBeSilent ? inTurnMs : soonMs;

  if (await said(waitMs)) return 'event';
  let isThere = await stands();
  if (isThere && isAtWork(target)) {
    await target.write(Buffer.from('\r'));
    if (await said(waitMs)) return 'event';
    isThere = await stands();
  }
  if (!isThere && mayBeSilent && isAtWork(target)) return 'screen';
  if (!isThere && (await said(lateMs))) return 'event';
  throw notTaken(target, isThere);
}

/** No question stands, and the agent is there. */
function isAtWork(target: SendTarget): boolean {
  const status = target.status();
  return status === 'working' || status === 'idle' || status === 'starting';
}

function notTaken(target: SendTarget, isThere: boolean): TempestError {
  const asks = target.status() === 'waiting';
  const where = isThere ? ': it still stands in its input line' : '';
  return new TempestError(
    'not-taken',
    `the agent did not take the prompt${where}`,
    asks
      ? 'Open the session and answer what it asks.'
      : 'Look at its terminal before you send it again.',
  );
}
