// Keeps the forecast of each repository up to date, and tells when it has changed: once a session at rest has changed,
// at a cost that stays a small share of the time.
import type { Deps } from './deps.ts';
import type { Forecast, Outlook } from './forecast.ts';
import type { Session } from './session.ts';
import type { TableEvent } from './table.ts';

export interface Outlooks {
  /** Every change to a session: what matters is when its turn is over, its work another, its base moved, itself gone. */
  seen(event: TableEvent): void;
  /** The forecast of a repository as it is now, uncommitted work included. */
  of(root: string, signal?: AbortSignal): Promise<Outlook>;
  stop(): void;
}

export interface OutlookDeps extends Pick<Deps, 'table' | 'log'> {
  forecast: Forecast;
  /** The forecast of the repository is another. */
  changed(root: string, outlook: Outlook): void;
}

/** What changes at once, such as the end of a turn and the count after it, is looked at once. Ms. */
const moment = 500;
/** Between two looks at one repository passes this many times as long as the last one took. */
const restFactor = 10;

interface Watched {
  repo: string;
  /** Equal as long as the forecast can't have changed by it. */
  state: string;
}

const nothing: Outlook = { conflicts: [], incomparable: [] };

export function createOutlooks(deps: OutlookDeps): Outlooks {
  const { table, log, forecast } = deps;
  const watched = new Map<string, Watched>(
    table.all().flatMap((one) => (one.removed ? [] : [[one.id, watch(one)]])),
  );
  const told = new Map<string, string>();
  /** By repository: the sessions to look at again. */
  const due = new Map<string, Set<string>>();
  const timers = new Map<string, NodeJS.Timeout>();
  const nextAt = new Map<string, number>();
  const running = new Set<string>();
  let stopped = false;

  const tell = (root: string, outlook: Outlook) => {
    const text = JSON.stringify(outlook);
    const isNew = text !== (told.get(root) ?? JSON.stringify(nothing));
    told.set(root, text);
    if (isNew) deps.changed(root, outlook);
    return outlook;
  };
  const renew = async (root: string) => {
    const ids = due.get(root) ?? new Set();
    due.delete(root);
    running.add(root);
    const began = performance.now();
    try {
      const outlook = await forecast.of(root, { again: ids });
      if (!stopped) tell(root, outlook);
    } catch (error) {
      log(`the forecast of ${root}: ${error}`);
    }
    running.delete(root);
    const now = performance.now();
    nextAt.set(root, now + (now - began) * restFactor);
    if (due.has(root)) soon(root);
  };
  const soon = (root: string) => {
    if (stopped || timers.has(root) || running.has(root)) return;
    const wait = Math.max(moment, (nextAt.get(root) ?? 0) - performance.now());
    const timer = setTimeout(() => {
      timers.delete(root);
      void renew(root);
    }, wait);
    timer.unref();
    timers.set(root, timer);
  };
  const look = (root: string, id: string) => {
    due.set(root, (due.get(root) ?? new Set()).add(id));
    soon(root);
  };

  return {
    seen(event) {
      const id = event.kind === 'removed' ? event.id : event.session.id;
      const before = watched.get(id);
      if (event.kind === 'removed') {
        watched.delete(id);
        if (before) look(before.repo, id);
        return;
      }
      const now = watch(event.session);
      watched.set(id, now);
      const isOther = before !== undefined && before.state !== now.state;
      if (isOther && isAtRest(event.session)) look(now.repo, id);
    },
    of: async (root, signal) => tell(root, await forecast.of(root, { signal })),
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function watch(session: Pick<Session, 'repo' | 'status' | 'changes' | 'merged'>): Watched {
  const { repo, changes, merged } = session;
  return { repo, state: JSON.stringify([isAtRest(session), changes?.tree, merged?.at]) };
}

function isAtRest({ status }: Pick<Session, 'status'>): boolean {
  return status === 'idle' || status === 'exited' || status === 'closed';
}
