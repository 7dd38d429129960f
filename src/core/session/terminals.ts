// Keeps one connection to the terminal host, starting the host when a terminal is first needed.
import type { HostEvent, TerminalHost, TerminalState } from '../../terminal/protocol.ts';

export interface Terminals {
  /** The host if one runs; never starts one. */
  running(): Promise<TerminalHost | null>;
  /** The host, started if need be. */
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
}

export function createTerminals(options: TerminalsOptions): Terminals {
  let current: TerminalHost | null = null;
  let opening: Promise<TerminalHost | null> | null = null;
  let closed = false;

  const adopt = (host: TerminalHost | null) => {
    if (!host || host === current) return host;
    current = host;
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
    const host = await running().catch(() => null);
    if (!host) options.onGone();
  };
  const once = (open: () => Promise<TerminalHost | null>) => {
    opening ??= open()
      .then(adopt)
      .finally(() => {
        opening = null;
      });
    return opening;
  };
  const running = async () => current ?? (await once(options.connect));
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
