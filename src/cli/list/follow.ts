// Follows the sessions from daemon to daemon: each change is told once, whatever happens in between.
import type { Session } from '../../core/session/session.ts';
import type { Context } from '../context.ts';
import { connectDaemon, type Daemon } from '../daemon.ts';
import { createSessionSet, type SessionSet } from './sessions.ts';

export interface Follower {
  changed(session: Session): void;
  gone(id: string, revision: number): void;
  /** Called after each batch of changes; `connected` is false while there is no daemon. */
  refresh(set: SessionSet, connected: boolean): void;
}

/**
 * Tells of every session of `repo` (of all, for null) and of each change, until the signal. When the
 * daemon goes, it is started again, and what changed meanwhile is told.
 */
export async function followSessions(
  context: Context,
  first: Daemon,
  { repo }: { repo: string | null },
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const set = createSessionSet(repo);
  for (let daemon = first; ; daemon = await connectDaemon(context)) {
    await followDaemon(daemon, set, follower, signal);
    daemon.close();
    if (signal.aborted) return;
  }
}

/** Resolves when the daemon or the signal ends it. */
async function followDaemon(
  daemon: Daemon,
  set: SessionSet,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const put = (session: Session) => {
    if (!set.put(session)) return;
    if (session.removed) follower.gone(session.id, session.revision);
    else follower.changed(session);
  };
  const remove = (id: string, revision: number) => {
    if (set.remove(id)) follower.gone(id, revision);
  };
  const over = new Promise<void>((resolve) => {
    daemon.onClosed(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  daemon.on('session/changed', ({ session }) => {
    put(session);
    follower.refresh(set, true);
  });
  daemon.on('session/removed', ({ id, revision }) => {
    remove(id, revision);
    follower.refresh(set, true);
  });
  // A daemon that goes before it answers is followed by the next.
  const list = await Promise.race([daemon.request('session/list', {}).catch(() => null), over]);
  if (list) {
    const listed = new Set(list.sessions.map(({ id }) => id));
    for (const { id } of set.sorted()) if (!listed.has(id)) remove(id, list.revision);
    for (const session of list.sessions) put(session);
    follower.refresh(set, true);
  }
  await over;
  follower.refresh(set, signal.aborted);
}

/** A signal that fires when the process is asked to end; `forget` stops the listening. */
export function untilStopped(): { signal: AbortSignal; forget: () => void } {
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
