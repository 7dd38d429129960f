// What an agent says of itself, in words that are the same for every CLI.

/** Something the agent wants the person to decide. */
export interface Question {
  /** The agent's own id of it, or one made from its content: what answers it names the same. */
  id: string;
  /** The tool that wants to run; null for a question in words. */
  tool: string | null;
  /** The command, the file, or the words of the question. */
  text: string;
}

/** Why a turn ended without being done, or doesn't get on. */
export interface Problem {
  kind: 'api-error' | 'rate-limit' | 'login';
  /** The agent's own words. */
  text: string;
}

/** Tokens, and money where the agent reckons it. */
export interface Usage {
  /** Tokens that were sent and not read from a cache. */
  input: number;
  output: number;
  /** Tokens that were read from a cache. */
  cached: number;
  /** In US dollars; null where the agent doesn't say. */
  cost: number | null;
}

export type AgentEvent = {
  /** In ms since 1970. */
  at: number;
  /** The conversation it belongs to, by the agent's own id, where it says so. */
  conversation?: string;
} & (
  | /** It is up; also after the person began or chose another conversation in it. */
  { kind: 'ready' }
  | {
      kind: 'turn-started';
      prompt?: string;
    } /** A tool of the main agent or of a sub-agent. `text` is what it works on: a command, a file. */
  | { kind: 'tool-started'; id: string; tool: string; text: string; subAgent?: string }
  | { kind: 'tool-ended'; id: string; subAgent?: string }
  | { kind: 'asked'; question: Question } /** Without an id: whatever stood there. */
  | {
      kind: 'answered';
      id?: string;
    } /** Its last words so far, where it doesn't say when a turn ends. */
  | { kind: 'said'; message: string }
  | { kind: 'sub-agent-started'; id: string }
  | { kind: 'sub-agent-ended'; id: string }
  | {
      kind: 'turn-ended';
      message?: string;
      problem?: Problem;
      interrupted?: boolean;
    } /** A request failed, and the agent tries it again by itself: the turn goes on. */ /** It takes prompts: a turn of which it says nothing more is over. */
  | { kind: 'rests' }
  | {
      kind: 'retrying';
      problem: Problem;
    } /** Of one request to the model; the same `id` again replaces it. */
  | { kind: 'usage'; id: string; usage: Usage } /** Where the agent keeps this conversation. */
  | { kind: 'transcript'; path: string }
);

/** One file of a session's spool folder. */
export interface SpoolEvent {
  /** The event's name, as `hookCommand` was given it. */
  name: string;
  /** What the agent wrote: parsed, if it is JSON, else the text. */
  payload: unknown;
  /** When it was written, in ms since 1970, with a fraction. */
  at: number;
}
