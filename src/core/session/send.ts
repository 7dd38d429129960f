// Puts text into an agent's terminal as a person would: paste, a moment, Enter.
import { TempestError } from '../errors.ts';
import type { Status } from './session.ts';

export interface SendTarget {
  /** The session's status at this moment. */
  status(): Status;
  /** Whether the program has asked for bracketed paste (DECSET 2004): `TerminalState.modes`. */
  bracketedPaste: boolean;
  /** Writes to the terminal; resolves when it has taken all of it. */
  write(bytes: Buffer): Promise<void>;
  wait(ms: number): Promise<void>;
  /** What is on the screen now. With it, Enter is pressed only once the text is seen there. */
  screen?(): Promise<string>;
  /** Called just before Enter, so that what the agent does next is known to come after it. */
  onSubmit?(): void;
}

/**
 * What comes within 100 ms (claude) or 120 ms (codex) of a paste is taken as part of it, an Enter too.
 */
const pasteSettlesMs = 150;
/** How often to look for the pasted text, that often apart, before giving up on it. */
const looks = 10;

/**
 * Pastes the text and, with `submit`, presses Enter.
 * Throws `wrong-state` unless an agent is there to take it: Enter would answer the question of a waiting
 * one, and what an exited one left behind may be a shell. An agent may ask before it says so, and a
 * question takes no text: so nothing is submitted that wasn't seen on the screen.
 */
export async function sendText(target: SendTarget, text: string, submit: boolean): Promise<void> {
  refuseUnlessReady(target.status());
  const before = await target.screen?.();
  await target.write(Buffer.from(pasted(text, target.bracketedPaste)));
  if (!submit) return;
  await target.wait(pasteSettlesMs);
  if (before !== undefined && !(await isTaken(target, before, text))) {
    throw new TempestError(
      'wrong-state',
      'The agent did not take the text, so it was not submitted.',
      'Open the session: it may be asking something.',
    );
  }
  // A question may have come up meanwhile, and Enter would answer it.
  refuseUnlessReady(target.status());
  target.onSubmit?.();
  await target.write(Buffer.from('\r'));
}

/** Whether the text, or a sign that stands for a long one, has come to be on the screen. */
async function isTaken(target: SendTarget, before: string, text: string): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    if (shows((await target.screen?.()) ?? '', text) > shows(before, text)) return true;
    await target.wait(pasteSettlesMs);
  }
  return false;
}

/** `[Pasted text #1 +12 lines]` (claude), `[Pasted Content 1234 chars]` (codex). */
const pasteSign = /\[Pasted \w+/gi;
/** Enough to know a text by, short enough to stand in any input box. */
const telling = 24;

/** How often the end of the text is on the screen. Wrapping and borders don't count. */
function shows(screen: string, text: string): number {
  const end = Array.from(letters(text)).slice(-telling).join('') || text.trim();
  const shown = letters(end) === '' ? screen : letters(screen);
  return shown.split(end).length - 1 + (screen.match(pasteSign)?.length ?? 0);
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
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
        'The agent waits for an answer, and the text would be taken for it.',
        'Open the session and answer there, then send again.',
      );
    case 'creating':
      throw new TempestError(
        'wrong-state',
        'The session is being created.',
        'Try again in a moment.',
      );
    case 'exited':
    case 'closed':
    case 'failed':
      throw new TempestError(
        'wrong-state',
        'The agent is not running.',
        'Open the session first: that starts its agent again.',
      );
  }
}
