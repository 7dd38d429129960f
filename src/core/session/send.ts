// Puts text into an agent's terminal as a person would: paste, a moment, Enter.
import { TempestError } from '../errors.ts';
import { countOf, linesBelow } from './on-screen.ts';
import type { SendTarget } from './send-target.ts';
import type { Status } from './session.ts';
import { type Confirmed, confirmTaken } from './taken.ts';

/**
 * What comes within 100 ms (claude) or 120 ms (codex) of a paste is taken as part of it, an Enter too.
 */
const pasteSettlesMs = 150;
/** gemini takes an Enter that comes within 40 ms of its having drawn a paste for a line end of it. */
const drawnSettlesMs = 100;
/** How often to look for the pasted text, that often apart, before giving up on it. */
const looks = 10;

/**
 * Pastes the text and, with `submit`, presses Enter. Gives how it is known that the agent took it; null
 * when it wasn't submitted. Throws `not-taken` when an agent that speaks for itself doesn't say that it did.
 * Throws `wrong-state` unless an agent is there to take it: Enter would answer the question of a waiting
 * one, and what an exited one left behind may be a shell. An agent may ask before it says so, and a
 * question takes no text: so nothing is submitted that wasn't seen on the screen.
 */
export async function sendText(
  target: SendTarget,
  text: string,
  submit: boolean,
): Promise<Confirmed> {
  refuseUnlessReady(target.status());
  const before = await target.screen?.();
  await target.write(Buffer.from(pasted(text, target.bracketedPaste)));
  if (!submit) return null;
  await target.wait(pasteSettlesMs);
  const placed = before === undefined ? null : await standing(target, before, text);
  if (before !== undefined && placed === null) {
    throw new TempestError(
      'wrong-state',
      'the agent did not take the text, so it was not submitted',
      'Open the session: it may be asking something.',
    );
  }
  // A question may have come up meanwhile, and Enter would answer it.
  const status = target.status();
  refuseUnlessReady(status);
  target.onSubmit?.();
  await target.write(Buffer.from('\r'));
  if (target.said === undefined || placed === null) return placed === null ? null : 'screen';
  return await confirmTaken(target, { text, placed, inTurn: status === 'working' });
}

/**
 * The screen on which the text, or a sign that stands for a long one, has come to stand; null when it is
 * nowhere. A program may be drawing its screen anew, with nothing on it for a moment: so the text must be
 * seen twice at the same place, unless it keeps moving.
 */
async function standing(target: SendTarget, before: string, text: string): Promise<string | null> {
  const look = async () => {
    const screen = (await target.screen?.()) ?? '';
    return countOf(screen, text) > countOf(before, text) ? screen : null;
  };
  let last = await look();
  for (let looked = 1; looked < looks; looked++) {
    await target.wait(last === null ? pasteSettlesMs : drawnSettlesMs);
    const now = await look();
    if (now !== null && last !== null && linesBelow(now, text) === linesBelow(last, text)) {
      return now;
    }
    last = now;
  }
  return last;
}

/**
 * The text as a terminal pastes it: line ends are those of the Return key; without bracketed paste they
 * are line feeds, which most programs take for a new line and not for Enter. Control characters are left
 * out, so that nothing in the text can end the paste or press a key.
 */
export function pasted(text: string, bracketed: boolean): string {
  const keys = text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '');
  return bracketed ? `\x1b[200~${keys.replaceAll('\n', '\r')}\x1b[201~` : keys;
}

function refuseUnlessReady(status: Status): void {
  switch (status) {
    case 'working':
    case 'idle':
    case 'starting':
      return;
    case 'waiting':
      throw new TempestError(
        'wrong-state',
        'the agent waits for an answer, and the text would be taken for it',
        'Open the session and answer there, then send again.',
      );
    case 'creating':
      throw new TempestError(
        'wrong-state',
        'the session is being created',
        'Try again in a moment.',
      );
    case 'exited':
    case 'closed':
    case 'failed':
      throw new TempestError(
        'wrong-state',
        'the agent is not running',
        'Open the session first: that starts its agent again.',
      );
  }
}
