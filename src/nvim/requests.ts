// Carries Lua's requests to the daemon: each with a time limit, none ever throwing across.
import { TempestError } from '../core/errors.ts';
import { patience, patienceFor } from '../rpc/patience.ts';
import type { Method, Params } from '../rpc/protocol.ts';
import { failureFrom, timedOut, unreachable } from './failure.ts';
import type { Connection, Link } from './link.ts';
import { type Failure, type Message, withoutNulls } from './messages.ts';

/** Requests that may safely be made twice, when the daemon went away before it answered. */
const repeatable: ReadonlySet<string> = new Set<Method>([
  'session/list',
  'session/get',
  'session/seen',
  'session/diff',
  'session/file',
  'session/patch',
  'review/hunks',
  'session/log',
  'terminal/screen',
  'attention/list',
  'client/focus',
  'agent/list',
  'repo/inspect',
  'repo/branches',
  'daemon/status',
]);

export interface Requests {
  /** Always answers, with exactly one 'reply'; first with 'taken' when that may take long. */
  run(id: number, method: string, params: Record<string, unknown>): Promise<void>;
  cancel(id: number): void;
}

export function createRequests(link: Link, tell: (message: Message) => void): Requests {
  const underWay = new Map<number, AbortController>();

  return {
    async run(id, method, params) {
      const limitMs = patienceFor(method);
      if (limitMs > patience.answer) tell({ kind: 'taken', id, limitMs });
      const abort = new AbortController();
      underWay.set(id, abort);
      const timer = setTimeout(() => abort.abort(timedOut(method, limitMs)), limitMs);
      try {
        const value = await unlessAborted(ask(link, method, params, abort.signal), abort.signal);
        tell({ kind: 'reply', id, ok: true, value: withoutNulls(value) });
      } catch (error) {
        const known = abort.signal.aborted ? abort.signal.reason : error;
        tell({ kind: 'reply', id, ok: false, error: asFailure(known) });
      } finally {
        clearTimeout(timer);
        underWay.delete(id);
      }
    },
    cancel(id) {
      underWay.get(id)?.abort({ kind: 'cancelled', message: 'Cancelled', hint: '' });
    },
  };
}

async function ask(
  link: Link,
  name: string,
  params: Record<string, unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  // The daemon checks both, so what Lua sends is handed on as it is.
  const method = name as Method;
  const input = params as Params<Method>;
  const connection = await reach(link);
  try {
    return await connection.request(method, input, { signal });
  } catch (error) {
    const gone = error instanceof TempestError && error.kind === 'daemon-gone';
    if (!gone || signal.aborted || !repeatable.has(method)) throw error;
    return await (await reach(link)).request(method, input, { signal });
  }
}

async function reach(link: Link): Promise<Connection> {
  try {
    return await link.connection();
  } catch (error) {
    throw unreachable(error);
  }
}

/** Rejects at once when the signal fires, whether or not the daemon heeds it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function asFailure(error: unknown): Failure {
  if (typeof error === 'object' && error !== null && !(error instanceof Error)) {
    const { kind, message, hint } = error as Partial<Failure>;
    if (kind && message) return { kind, message, hint: hint ?? '' };
  }
  return failureFrom(error);
}
