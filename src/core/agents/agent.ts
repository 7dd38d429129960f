// The contract of an agent: one small object that knows one CLI's flags, and runs nothing itself.
import type { AgentEvent, SpoolEvent } from './event.ts';

/** How a session's agent is to be started. No field is ever a string of shell. */
export interface Launch {
  /** The program's file name, to be found on PATH, or an absolute path. */
  file: string;
  args: string[];
  /** Added to the session's environment. */
  env?: Record<string, string>;
  /** A prompt to be pasted once the program is up, for CLIs that take none on the command line. */
  typed?: string;
  /** It may never ask for bracketed paste: then the prompt is pasted after a while all the same. */
  mayBePlain?: boolean;
  /**
   * Files to be there before the program starts, by their names in the session's scratch folder:
   * settings with hooks, a plugin. Never in the worktree, never in the person's own configuration.
   */
  files?: Record<string, string>;
  /**
   * Folders at the top of the worktree that hold nothing but the agent's own caches, where it lets nobody say
   * that they shall lie elsewhere. They are made before it starts, so that git ignores what is in them.
   */
  caches?: readonly string[];
  /** It gives the conversation an id of its own, whatever it was told: that is to be found. */
  namesItself?: boolean;
}

export interface LaunchContext {
  prompt: string;
  /** The conversation's id; for agents that name their own, null until it is known. */
  conversation: string | null;
  worktree: string;
  /** A private folder of the session, outside the worktree. */
  scratch: string;
  /** Where this start's events go; see `hookCommand`. Made before the program starts. */
  spool: string;
  env: NodeJS.ProcessEnv;
  /** When the session was created, in ms since 1970. */
  createdAt: number;
}

export interface ForkedFrom {
  conversation: string;
  worktree: string;
}

/** Of a line in a record, for those whose lines don't say it themselves. */
export interface LinePlace {
  /** From 0. */
  number: number;
  /** When it was read, in ms since 1970; 0 for one that was there before anybody listened. */
  at: number;
}

/** What a title, a notification or a screen tells of the agent. */
export interface Reading {
  /** Null when it doesn't say. */
  status: 'working' | 'waiting' | 'idle' | null;
  /** What the agent does or asks, without symbols that only show its status. */
  activity: string;
}

export interface Agent {
  name: string;
  /** One line for lists. */
  description: string;
  /** The program that must be on PATH. */
  file: string;
  /** Arguments by which it prints its version and ends; left out for a program that isn't known. */
  versionArgs?: string[];
  /** What its events or its record tell beyond the course of its turns. */
  says?: readonly ('questions' | 'usage')[];
  /** A shell: a line that it is sent is no turn, unless its terminal tells of one. */
  isShell?: boolean;
  /** An id to hand to `start`, for CLIs that accept one. */
  newConversation?(): string;
  start(context: LaunchContext): Launch;
  /**
   * Null when there is nothing to resume (no first turn yet). Then start anew with the same prompt
   * and a new id of `newConversation`: CLIs refuse to start an id that they have seen before.
   * Left out where conversations can't be resumed.
   */
  resume?(context: LaunchContext): Promise<Launch | null>;
  /**
   * A new conversation that begins with all of `from`, one of the same repository's worktrees; `context`
   * is the new session's. Null when there is nothing to fork.
   */
  fork?(context: LaunchContext, from: ForkedFrom): Promise<Launch | null>;
  /**
   * A new conversation with what `from` was at a time, in ms since 1970: without the prompts that came after, and all that
   * followed them. `from` is not touched. Null when there is nothing of it.
   */
  rewind?(context: LaunchContext, from: ForkedFrom, at: number): Promise<Launch | null>;
  /** Whether the person has set that it asks for no permission; left out where it has no such mode. */
  permissionless?: boolean;
  /**
   * Keys that answer its permission question, as a person would press them; `dialog` is on its screen when they
   * are taken, where that is known.
   */
  answers?: { allow: string; deny: string; dialog?: RegExp };
  /**
   * What an event from the spool folder means. An agent that has this speaks for itself: then its
   * terminal's signals only fill the gaps.
   */
  readEvent?(event: SpoolEvent): AgentEvent[];
  /** Its events tell when it can take a prompt (`ready`): that it has written something then means nothing. */
  tellsReady?: boolean;
  /** Where the conversation's record lies, for agents whose events don't say so; null until it is there. */
  findTranscript?(context: LaunchContext): Promise<string | null>;
  /** What one line of the conversation's record (parsed, if JSON) means. The whole record is read again after a restart. */
  readTranscript?(line: unknown, where: LinePlace): AgentEvent[];
  /** Its record tells the prompts that it took, and it has no events that do. */
  recordsPrompts?: boolean;
  /** Signals of its terminal that don't mean what they mean elsewhere: `prompt` (OSC 133) for messages. */
  ignores?: readonly 'prompt'[];
  /** Reads the terminal's title, for CLIs that show their status there. */
  readTitle?(title: string): Reading;
  /** Reads a desktop notification (OSC 9, 99, 777); without it, only what plainly asks is a question. */
  readNotification?(text: string): Reading;
  /**
   * Reads the screen, for what it shows nowhere else: that it asks, or has an empty input line. Of one that
   * speaks for itself it is read until its first word.
   */
  readScreen?(screen: string): Reading;
  /** Finds the id of the conversation an agent named itself, once it exists. */
  findConversation?(context: LaunchContext): Promise<string | null>;
}
