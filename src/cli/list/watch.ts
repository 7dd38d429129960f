// `tempest list --watch`: redrawn when the daemon says that something changed.
import type { Session } from '../../core/session/session.ts';
import { colorsFor } from '../colors.ts';
import type { Context } from '../context.ts';
import { connectDaemon, type Daemon } from '../daemon.ts';
import { createLiveBlock } from './redraw.ts';
import { createSessionSet, type SessionSet } from './sessions.ts';
import { plainLine, sessionTable } from './table.ts';

/** Of the repository at `repo`, or all for null; `repos` names the repository of each. */
export interface Scope {
  repo: string | null;
  repos: boolean;
}

interface Output {
  changed(session: Session): void;
  gone(id: string, revision: number): void;
  /** Called after each batch of changes. */
  refresh(set: SessionSet, connected: boolean): void;
  end(): void;
}

/** Until Ctrl-C. When the daemon goes, it is started again, and the list goes on. */
export async function watchSessions(context: Context, first: Daemon, scope: Scope): Promise<void> {
  const output = outputFor(context, scope);
  const stop = untilStopped();
  try {
    for (let daemon = first; ; daemon = await connectDaemon(context)) {
      await followDaemon(daemon, scope, output, stop.signal);
      daemon.close();
      if (stop.signal.aborted) return;
    }
  } finally {
    output.end();
    stop.forget();
  }
}

/** Resolves when the daemon or the signal ends it. */
async function followDaemon(daemon: Daemon, scope: Scope, output: Output, signal: AbortSignal) {
  const set = createSessionSet(scope.repo);
  const put = (session: Session) => {
    if (!set.put(session)) return;
    if (session.removed) output.gone(session.id, session.revision);
    else output.changed(session);
  };
  daemon.on('session/changed', ({ session }) => {
    put(session);
    output.refresh(set, true);
  });
  daemon.on('session/removed', ({ id, revision }) => {
    if (set.remove(id)) output.gone(id, revision);
    output.refresh(set, true);
  });
  const over = new Promise<void>((resolve) => {
    daemon.onClosed(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const { sessions } = await daemon.request('session/list', {});
  for (const session of sessions) put(session);
  output.refresh(set, true);
  const tick = setInterval(() => output.refresh(set, true), 1000);
  await over;
  clearInterval(tick);
  output.refresh(set, signal.aborted);
}

function outputFor(context: Context, { repos }: Scope): Output {
  const { stdout, env, json, now } = context;
  const line = (text: string) => stdout.write(`${text}\n`);
  if (json) {
    return {
      changed: (session) =>
        line(JSON.stringify({ method: 'session/changed', params: { session } })),
      gone: (id, revision) =>
        line(JSON.stringify({ method: 'session/removed', params: { id, revision } })),
      refresh: () => {},
      end: () => {},
    };
  }
  if (!stdout.isTTY) {
    const ignore = () => {};
    return {
      changed: (session) => line(plainLine(session)),
      gone: ignore,
      refresh: ignore,
      end: ignore,
    };
  }
  const colors = colorsFor(stdout, env);
  const block = createLiveBlock(stdout);
  return {
    changed: () => {},
    gone: () => {},
    refresh(set, connected) {
      const style = { colors, columns: stdout.columns, repos, now: now() };
      const lines = sessionTable(set.sorted(), style);
      block.show(connected ? lines : [...lines, colors.dim('The daemon is gone; reconnecting …')]);
    },
    end: () => block.end(),
  };
}

function untilStopped(): { signal: AbortSignal; forget: () => void } {
  const stop = new AbortController();
  const abort = () => stop.abort();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.once(name, abort);
  return {
    signal: stop.signal,
    forget: () => {
      for (const name of names) process.off(name, abort);
    },
  };
}
