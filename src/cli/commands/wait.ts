// `tempest wait`: until sessions need nothing more, or somebody.
import type { Session } from '../../core/session/session.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { connectDaemon, type Daemon } from '../daemon.ts';
import { Exit, exitCodes, UsageError, waitCodes } from '../failure.ts';
import { followSessions, untilStopped } from '../list/follow.ts';
import { plainLine } from '../list/table.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'wait'> = async ({ options, args }, context) => {
  if (options.any && options.all) throw new UsageError('--any and --all exclude each other');
  const timeout = secondsOf(options.timeout);
  const daemon = await connectDaemon(context);
  try {
    const ids = await idsOf(context, daemon, args.session);
    const code = await waitFor(context, daemon, ids, options.any ? 1 : ids.length, timeout);
    if (code !== exitCodes.done) throw new Exit(code);
  } finally {
    daemon.close();
  }
};

/** Gives the exit code, once as many as `enough` have settled or the time, in seconds, is over. */
async function waitFor(
  context: Context,
  daemon: Daemon,
  ids: readonly string[],
  enough: number,
  timeout: number | null,
): Promise<number> {
  const codes = new Map<string, number>();
  const settled: Session[] = [];
  const latest = new Map<string, Session>();
  const stop = untilStopped();
  const over = new AbortController();
  let late = false;
  const timer =
    timeout === null
      ? undefined
      : setTimeout(() => {
          late = true;
          over.abort();
        }, timeout * 1000);
  const settle = (id: string, code: number) => {
    if (codes.has(id) || over.signal.aborted) return;
    codes.set(id, code);
    const session = latest.get(id);
    if (session) settled.push(session);
    if (session && !context.json) context.stdout.write(`${plainLine(session)}\n`);
    if (codes.size >= enough) over.abort();
  };
  const follower = {
    changed(session: Session) {
      if (!ids.includes(session.id)) return;
      latest.set(session.id, session);
      const code = codeOf(session);
      if (code === null) forget(session.id);
      else settle(session.id, code);
    },
    gone(id: string) {
      if (ids.includes(id)) settle(id, waitCodes.stopped);
    },
    refresh() {},
  };
  /** It works again, before the others were done. */
  const forget = (id: string) => {
    if (!codes.delete(id)) return;
    const at = settled.findIndex((session) => session.id === id);
    if (at >= 0) settled.splice(at, 1);
  };
  const signal = AbortSignal.any([stop.signal, over.signal]);
  try {
    await followSessions(context, daemon, { repo: null }, follower, signal);
  } finally {
    clearTimeout(timer);
    stop.forget();
  }
  if (context.json) printJson(context, { sessions: settled, timedOut: late });
  if (late) return waitCodes.timeout;
  if (!over.signal.aborted) return exitCodes.failed;
  return Math.max(...codes.values());
}

/** Null while it goes on by itself. */
function codeOf({ status, problem, queued }: Session): number | null {
  switch (status) {
    case 'creating':
    case 'starting':
    case 'working':
      return null;
    case 'waiting':
      return waitCodes.waiting;
    case 'idle':
      if (problem) return waitCodes.stopped;
      // What waits for it goes out next.
      return queued.going > 0 ? null : exitCodes.done;
    case 'exited':
    case 'closed':
    case 'failed':
      return waitCodes.stopped;
  }
}

async function idsOf(
  context: Context,
  daemon: Daemon,
  typed: readonly string[],
): Promise<string[]> {
  const ids = new Set<string>();
  for (const one of typed) {
    const which = await whichSession(context, daemon, one);
    ids.add((await daemon.request('session/get', which)).id);
  }
  return [...ids];
}

function secondsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) {
    return Math.min(seconds, 2_000_000);
  }
  throw new UsageError(`--timeout takes seconds, not '${text}'`);
}
