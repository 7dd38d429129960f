// The terminal host's wire protocol, version 1. Frozen: a running host outlives every upgrade,
// so a later daemon or client must be able to speak to it. Additions must be ignorable.
//
// A frame is one type byte, a big-endian 32-bit payload length, and the payload.
// The first frame on a connection is Hello, in either of two forms:
//   control  {version: 1, control: true}                 the daemon: Call / Answer / Event
//   attach   {version: 1, ticket, cols, rows}             a viewer: Data, Resize, Focus / Screen, Data…
// A ticket comes from the control method `ticket`, is good for one Hello within 30 seconds.

export const protocolVersion = 1;
/** Longest payload either side accepts, in bytes. */
export const maxPayload = 8 * 1024 * 1024;
export const headerLength = 5;

export const frame = {
  /** client → host, JSON */
  hello: 0x48, // H
  /** host → client, JSON Welcome */
  welcome: 0x57, // W
  /** both ways, raw terminal bytes */
  data: 0x44, // D
  /** client → host: u16 columns, u16 rows. host → client: the terminal now has this size */
  size: 0x5a, // Z
  /** client → host, empty: this viewer has the person's attention, so its size rules */
  focus: 0x46, // F
  /** host → client, bytes that draw the whole screen anew, beginning with a reset */
  screen: 0x53, // S
  /** host → client, JSON Exit; the last frame */
  exit: 0x58, // X
  /** host → client, JSON {message}; the connection closes */
  error: 0x45, // E
  /** control, JSON {id, method, params} */
  call: 0x43, // C
  /** control, JSON {id, result} or {id, error: {message}} */
  answer: 0x41, // A
  /** control, JSON HostEvent */
  event: 0x4e, // N
} as const;

export type Hello =
  | { version: number; control: true }
  | { version: number; ticket: string; cols: number; rows: number };

export interface Welcome {
  version: number;
  /** Set on attach connections only. */
  terminal?: string;
  pid: number;
}

export interface Exit {
  code: number | null;
  signal: string | null;
}

/** What to start. `args` go to the program as they are: no shell is involved. */
export interface SpawnSpec {
  /** Chosen by the caller, unique: spawning an id that exists returns the one that exists. */
  id: string;
  file: string;
  args: string[];
  cwd: string;
  /** The whole environment of the program. */
  env: Record<string, string>;
  cols: number;
  rows: number;
}

/** Terminal signals since the start, so that a daemon that was away misses none. Times in ms since 1970. */
export interface TerminalSignals {
  /** OSC 0 / OSC 2. */
  title: string;
  /** OSC 9;4 state: 0 none, 1 normal, 2 error, 3 indeterminate, 4 paused; null when never sent. */
  progress: { state: number; value: number; at: number } | null;
  /** OSC 9 (not 9;4), OSC 777;notify, OSC 99, OSC 1337 RequestAttention. */
  notification: { text: string; at: number } | null;
  /** OSC 133: the last of A, B, C, D seen. */
  prompt: { mark: string; at: number } | null;
  bell: { at: number } | null;
  /** Last time the program wrote anything. */
  outputAt: number | null;
}

export interface TerminalState {
  id: string;
  pid: number;
  startTime: string;
  cols: number;
  rows: number;
  startedAt: number;
  /** Null while the program runs. */
  exit: (Exit & { at: number }) | null;
  signals: TerminalSignals;
  /** Attached viewers. */
  viewers: number;
  /** The program has asked for bracketed paste (DECSET 2004). */
  bracketedPaste: boolean;
}

export type HostEvent =
  | { event: 'exit'; terminal: string; exit: Exit & { at: number } }
  | {
      event: 'signals';
      terminal: string;
      changed: keyof TerminalSignals;
      signals: TerminalSignals;
    };

/** Control methods: params → result. */
export interface HostMethods {
  spawn: { params: SpawnSpec; result: TerminalState };
  list: { params: Record<string, never>; result: TerminalState[] };
  /** `data` is base64. Resolves when the PTY has taken all of it. */
  write: { params: { terminal: string; data: string }; result: null };
  resize: { params: { terminal: string; cols: number; rows: number }; result: null };
  screen: {
    params: { terminal: string; format: 'text' | 'ansi'; scrollback: boolean };
    result: { text: string; cols: number; rows: number; cursor: { x: number; y: number } };
  };
  /** Hang up, then terminate, then kill, group and escaped descendants; resolves when all are gone. */
  end: { params: { terminal: string; graceMs: number }; result: null };
  /** Drops an exited terminal and its screen. */
  forget: { params: { terminal: string }; result: null };
  ticket: { params: { terminal: string }; result: { ticket: string } };
}
export type HostMethod = keyof HostMethods;

/** What the domain needs of the terminal host; `client.ts` gives it. */
export interface TerminalHost {
  call<M extends HostMethod>(
    method: M,
    params: HostMethods[M]['params'],
  ): Promise<HostMethods[M]['result']>;
  onEvent(listener: (event: HostEvent) => void): void;
  /** Called once when the connection is lost; the host may or may not have died with it. */
  onGone(listener: () => void): void;
  readonly socket: string;
  readonly pid: number;
  close(): void;
}
