// What the session verbs stand on, handed in once by the daemon.
import type { Registry } from '../agents/registry.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Kept } from '../kept.ts';
import type { Places } from '../places.ts';
import type { KeptComments } from '../review/comment.ts';
import type { Marks } from '../review/marks.ts';
import type { StatusKeeper } from './evidence.ts';
import type { Listening } from './listening.ts';
import type { SessionRecord } from './record.ts';
import type { Said } from './said.ts';
import type { Table } from './table.ts';
import type { Terminals } from './terminals.ts';

export interface Deps {
  places: Places;
  table: Table;
  terminals: Terminals;
  status: StatusKeeper;
  listening: Listening;
  said: Said;
  marks: Kept<Marks>;
  comments: Kept<KeptComments>;
  /** Tells clients that something was marked in the review of a session, or said to it. */
  reviewChanged(id: string): void;
  config(): Promise<Config>;
  agents(): Promise<Registry>;
  /** The daemon's own environment, used where a client handed over none. */
  env: NodeJS.ProcessEnv;
  /** Milliseconds since 1970. */
  now(): number;
  clock: Clock;
  /** Changes when the machine is started anew. */
  boot: string;
  log(line: string): void;
  /**
   * Called after each step of create, close, remove and restore, when it is as durable as it will
   * be. Tests end the process here.
   */
  onStep(step: string): Promise<void> | void;
}

/** How a request that takes a moment is followed and cancelled. */
export interface Ongoing {
  signal?: AbortSignal | undefined;
  progress?: ((message: string) => void) | undefined;
  output?: ((text: string) => void) | undefined;
}

/** A client's terminal size and environment, where it has said them. */
export interface Launching extends Ongoing {
  cols?: number | undefined;
  rows?: number | undefined;
  env?: Record<string, string> | undefined;
}

/** A session's private folder, outside its worktree. */
export function scratchFolder(deps: Pick<Deps, 'places'>, record: Pick<SessionRecord, 'id'>) {
  return `${deps.places.scratch}/${record.id}`;
}
