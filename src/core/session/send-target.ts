// The terminal that a text is put into, and what can be known of its agent.
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
  /**
   * For an agent that speaks for itself: waits at most `ms` for its word, since `onSubmit`, that it took
   * the prompt.
   */
  said?(ms: number): Promise<boolean>;
}
