// The sessions that a list shows, kept up to date by the daemon's notifications.
import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../core/session/session.ts';

export interface SessionSet {
  /** Gives false when nothing changed. */
  put(session: Session): boolean;
  remove(id: string): boolean;
  /** The newest first. */
  sorted(): Session[];
}

/**
 * Holds the sessions of `repo`, or of every repository for null. Older revisions are ignored, and newer
 * ones that say the same, as a daemon that was started anew gives them.
 */
export function createSessionSet(repo: string | null): SessionSet {
  const sessions = new Map<string, Session>();
  return {
    put(session) {
      if (repo !== null && session.repo !== repo) return false;
      const before = sessions.get(session.id);
      if (before && before.revision >= session.revision) return false;
      if (session.removed) return sessions.delete(session.id);
      sessions.set(session.id, session);
      return !before || !isDeepStrictEqual({ ...before, revision: 0 }, { ...session, revision: 0 });
    },
    remove: (id) => sessions.delete(id),
    sorted: () => newestFirst([...sessions.values()]),
  };
}

export function newestFirst(sessions: Session[]): Session[] {
  return sessions.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}
