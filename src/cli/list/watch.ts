// `tempest list --watch`: redrawn when the daemon says that something changed.
import { colorsFor } from '../colors.ts';
import type { Context } from '../context.ts';
import type { Daemon } from '../daemon.ts';
import { type Follower, followSessions, untilStopped } from './follow.ts';
import { createLiveBlock } from './redraw.ts';
import type { SessionSet } from './sessions.ts';
import { plainLine, sessionTable } from './table.ts';

/** Of the repository at `repo`, or all for null; `repos` names the repository of each. */
export interface Scope {
  repo: string | null;
  repos: boolean;
}

interface Output extends Follower {
  end(): void;
}

/** Until Ctrl-C. When the daemon goes, it is started again, and the list goes on. */
export async function watchSessions(context: Context, first: Daemon, scope: Scope): Promise<void> {
  const output = outputFor(context, scope);
  const stop = untilStopped();
  let last: SessionSet | null = null;
  let connected = false;
  const refresh = () => last && output.refresh(last, connected);
  // Ages grow by themselves.
  const tick = setInterval(refresh, 1000);
  const follower: Follower = {
    ...output,
    refresh(set, isConnected) {
      last = set;
      connected = isConnected;
      refresh();
    },
  };
  try {
    await followSessions(context, first, scope, follower, stop.signal);
  } finally {
    clearInterval(tick);
    output.end();
    stop.forget();
  }
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
