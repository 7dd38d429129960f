// Takes a program's output to its screen: in turns with other terminals, and holding back who is too fast.
import type { Screen } from './screen.ts';
import type { Turns } from './turns.ts';
import { isPlain } from './unseen.ts';

export interface IntakeOptions {
  screen: Screen;
  turns: Turns;
  /** Holds the program's output back until `resume`. */
  pause(): void;
  resume(): void;
}

export interface Intake {
  push(chunk: Buffer): void;
  /** Whether plain text that comes next only adds lines to the screen as it is now, with all that waits. */
  onlyScrolls(): boolean;
  /** Parses all that is here, so that the screen is up to date. */
  settle(): void;
}

/** Reading from the PTY pauses above the first, and goes on below the second, in bytes not yet parsed. */
const unparsed = { most: 512 * 1024, resume: 128 * 1024 };
/** With more than this waiting it is worth a look whether all of it is needed. */
const worthALook = 16 * 1024;
/** After this much at once it is a flood: then parsing waits for more, of which less may be needed. */
const floodLength = 8 * 1024;
/** How long parsing waits, in ms: so that viewers have the output first, and no key waits for it. */
const waitMs = { usual: 5, flood: 25 };
/** How much is parsed in one turn. */
const turnLength = 32 * 1024;

export function makeIntake({ screen, turns, pause, resume }: IntakeOptions): Intake {
  let pending: Buffer[] = [];
  let length = 0;
  let paused = false;
  /** How much there has to be before the next look, since a look at the same bytes tells nothing new. */
  let nextLook = worthALook;
  let flooding = false;
  let timer: NodeJS.Timeout | undefined;

  const leaveOut = () => {
    if (length < nextLook) return;
    const all = Buffer.concat(pending, length);
    const needed = screen.needed(all);
    nextLook = needed.length + worthALook;
    if (needed.length === all.length) return;
    pending = [needed];
    length = needed.length;
  };
  const parse = (most: number): boolean => {
    flooding = length >= floodLength;
    leaveOut();
    for (let done = 0; done < most; ) {
      const chunk = pending.shift();
      if (!chunk) break;
      screen.write(chunk);
      done += chunk.length;
      length -= chunk.length;
    }
    if (length < worthALook) nextLook = worthALook;
    if (paused && length < unparsed.resume) {
      paused = false;
      resume();
    }
    return length > 0;
  };
  const parseSome = () => parse(turnLength);
  const ask = () => {
    clearTimeout(timer);
    timer = undefined;
    turns.ask(parseSome);
  };

  return {
    push(chunk) {
      pending.push(chunk);
      length += chunk.length;
      if (!paused && length > unparsed.most) {
        paused = true;
        pause();
      }
      if (length > unparsed.resume) ask();
      else timer ??= setTimeout(ask, flooding ? waitMs.flood : waitMs.usual);
    },
    onlyScrolls: () => screen.onlyScrolls() && pending.every(isPlain),
    settle: () => void parse(Number.POSITIVE_INFINITY),
  };
}
