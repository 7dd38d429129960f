// The contract of an agent: one small object that knows one CLI's flags, and runs nothing itself.

/** How a session's agent is to be started. No field is ever a string of shell. */
export interface Launch {
  /** The program's file name, to be found on PATH, or an absolute path. */
  file: string;
  args: string[];
  /** Added to the session's environment. */
  env?: Record<string, string>;
  /** A prompt to be pasted once the program is up, for CLIs that take none on the command line. */
  typed?: string;
}

export interface LaunchContext {
  prompt: string;
  /** The conversation's id; for agents that name their own, null until it is known. */
  conversation: string | null;
  worktree: string;
  /** A private folder of the session, outside the worktree. */
  scratch: string;
  env: NodeJS.ProcessEnv;
  /** When the session was created, in ms since 1970. */
  createdAt: number;
}

/** What a title or a notification tells of the agent. */
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
  /** An id to hand to `start`, for CLIs that accept one. */
  newConversation?(): string;
  start(context: LaunchContext): Launch;
  /**
   * Null when there is nothing to resume (no first turn yet). Then start anew with the same prompt
   * and a new id of `newConversation`: CLIs refuse to start an id that they have seen before.
   */
  resume(context: LaunchContext): Promise<Launch | null>;
  /** Reads the terminal's title, for CLIs that show their status there. */
  readTitle?(title: string): Reading;
  /** Reads a desktop notification (OSC 9, 99, 777); without it, only what plainly asks is a question. */
  readNotification?(text: string): Reading;
  /** Finds the id of the conversation an agent named itself, once it exists. */
  findConversation?(context: LaunchContext): Promise<string | null>;
}
