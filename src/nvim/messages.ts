// What travels between the Lua front and this host: notifications one way, batches the other.
// Checked by hand: loading zod would double the time in which this host starts.

/** Id chosen by Lua, method, parameters. */
export type Request = [id: number, method: string, params: Record<string, unknown>];

/** Whether these are the arguments of `tempest_request`. */
export function isRequest(args: unknown): args is Request {
  if (!Array.isArray(args) || args.length !== 3) return false;
  const [id, method, params] = args as unknown[];
  const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
  return Number.isInteger(id) && typeof method === 'string' && isObject;
}

/** Whether these are the arguments of `tempest_cancel`: the id of a request that is given up. */
export function isCancel(args: unknown): args is [id: number] {
  return Array.isArray(args) && args.length === 1 && Number.isInteger(args[0]);
}

export interface Failure {
  /** One of the protocol's error kinds, or 'timeout', 'unreachable', 'internal'. */
  kind: string;
  message: string;
  hint: string;
}

/** What Lua's `host.receive` takes; the field `kind` says which it is. */
export type Message =
  | { kind: 'reply'; id: number; ok: true; value: unknown }
  | { kind: 'reply'; id: number; ok: false; error: Failure }
  /** The request may take longer than a mere answer: it is given up after this time in ms. */
  | { kind: 'taken'; id: number; limitMs: number }
  | { kind: 'event'; method: string; params: unknown }
  /** Connected: the whole truth, which replaces whatever was known before. */
  | { kind: 'up'; version: string; pid: number; sessions: object[]; revision: number }
  /** The daemon is gone; `error` is set when connecting failed, too. */
  | { kind: 'down'; error?: Failure };

/**
 * JSON's null would reach Lua as `vim.NIL`, which is truthy. Fields without a value are left out
 * instead, so that Lua sees nil.
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value ?? undefined;
  const kept = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(kept.map(([name, field]) => [name, withoutNulls(field)]));
}
