// Keeps one connection to the terminal host, starting the host when a terminal is first needed.
import { setTimeout as delay } from 'node:timers/promises';
import type { HostEvent, TerminalHost, TerminalState } from '../../terminal/protocol.ts';
import { TempestError } from '../errors.ts';
import { livingHost, rememberHost } from './host-process.ts';

export interface Terminals {
  /** The host if one runs; never starts one. Throws `timed-out` for one that lives and can't be reached. */
  running(): Promise<TerminalHost | null>;
  /** The host, started if need be. Throws as `running`, and what the start throws. */
  host(): Promise<TerminalHost>;
  /** All terminals of the running host, none if there is no host. */
  list(): Promise<TerminalState[]>;
  /** The host's process id, null while not connected. */
  pid(): number | null;
  close(): void;
}

export interface TerminalsOptions {
  /** Connects to a host that runs already; null if none does. */
  connect(): Promise<TerminalHost | null>;
  start(): Promise<TerminalHost>;
  onEvent(event: HostEvent): void;
  /** The host died: none of its terminals lives any more. */
  onGone(): void;
  log(line: string): void;
  /** The file that says which process the host is. */
  identity: string;
}

/** How long, in ms, to look for a host that lives: it looks every five seconds whether its socket is still there. */
const reachMs = 15_000;
const longestPauseMs = 500;

export function createTerminals(options: TerminalsOptions): Terminals {
  let current: TerminalHost | null = null;
  let opening: Promise<TerminalHost | null> | null = null;
  let closed = false;

  const adopt = (host: TerminalHost | null) => {
    if (!host || host === current) return host;
    current = host;
    try {
      rememberHost(options.identity, host.pid);
    } catch (error) {
      options.log(`which process the terminal host is, is not on disk: ${error}`);
    }
    host.onEvent(options.onEvent);
    host.onGone(() => {
      if (current === host) current = null;
      if (!closed) void lost();
    });
    return host;
  };
  /** A lost connection is not yet a dead host: look before saying so. */
  const lost = async () => {
    options.log('connection to the terminal host lost');
    while (!closed) {
      try {
        if (!(await running())) options.onGone();
        return;
      } catch (error) {
        options.log(`${error}`);
      }
    }
  };
  /** Null only where no host lives: who takes a living one for dead ends its agents. */
  const reach = async () => {
    const deadline = performance.now() + reachMs;
    for (let pause = 10; ; pause = Math.min(2 * pause, longestPauseMs)) {
      const found = await options.connect();
      if (found) return found;
      const living = livingHost(options.identity);
      if (!living) return null;
      if (performance.now() > deadline) throw outOfReach(living.pid);
      await delay(pause);
    }
  };
  const once = (open: () => Promise<TerminalHost | null>) => {
    opening ??= open()
      .then(adopt)
      .finally(() => {
        opening = null;
      });
    return opening;
  };
  const running = async () => current ?? (await once(reach));
  const host = async () => {
    for (;;) {
      // What is under way may be somebody's look for a host, which starts none.
      const found = (await running()) ?? (await once(options.start));
      if (found) return found;
    }
  };

  return {
    running,
    host,
    async list() {
      const found = await running();
      return found ? await found.call('list', {}) : [];
    },
    pid: () => current?.pid ?? null,
    close() {
      closed = true;
      current?.close();
    },
  };
}

function outOfReach(pid: number): TempestError {
  return new TempestError(
    'timed-out',
    `the terminal host (process ${pid}) lives, but can't be reached`,
    `Its agents go on. Is the folder of its socket there, and yours? Ending it (kill ${pid}) ends them.`,
  );
}
