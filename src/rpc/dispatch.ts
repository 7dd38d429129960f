// The table of methods: checks a request against its schema, runs its handler, words its failure.
import type { z } from 'zod';
import { remedyFor } from '../core/disk-trouble.ts';
import { TempestError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { errorCode } from './constants.ts';
import { fromTempestError, type RpcError, rpcError } from './errors.ts';
import {
  type Method,
  type ParsedParams,
  type Progress,
  type Result,
  requests,
} from './protocol.ts';

export interface ClientInfo {
  name: string;
  version: string;
}

/** What a handler is given beside its parameters. */
export interface Context {
  /** Aborts when the client cancels. A client that goes away cancels nothing. */
  signal: AbortSignal;
  /** Tells the client that asked how it goes; does nothing when it did not ask for that. */
  progress(value: Progress): void;
  client: ClientInfo;
  /** Remembers whether the person is at this client, until it says otherwise or is gone. */
  focus(focused: boolean): void;
}

/** How a request's progress and cancellation reach the core. */
export function ongoing({ signal, progress }: Context) {
  return {
    signal,
    progress: (message: string) => progress({ kind: 'step', message }),
    output: (text: string) => progress({ kind: 'output', text }),
  };
}

/** Every method but `initialize`, which belongs to the connection. */
export type HandledMethod = Exclude<Method, 'initialize'>;
export type Handlers = {
  [M in HandledMethod]: (params: ParsedParams<M>, context: Context) => Promise<Result<M>>;
};

/** Parses the parameters of a request. Throws an RpcError that says which field is wrong. */
export function parseParams<M extends Method>(method: M, params: unknown): ParsedParams<M> {
  const parsed = requests[method].params.safeParse(isNothing(params) ? {} : params);
  if (parsed.success) return parsed.data as ParsedParams<M>;
  const message = `${method}: ${parsed.error.issues.slice(0, 3).map(describeIssue).join('; ')}`;
  throw rpcError(errorCode.invalidParams, 'bad-request', message);
}

/** Lua, PHP and others write an empty object as an empty list. */
function isNothing(params: unknown): boolean {
  return params === undefined || params === null || (Array.isArray(params) && params.length === 0);
}

export function isHandled(method: string): method is HandledMethod {
  return Object.hasOwn(requests, method) && method !== 'initialize';
}

/** Runs one request to its end. Throws nothing but RpcErrors, whatever the handler does. */
export async function dispatch<M extends HandledMethod>(
  handlers: Handlers,
  method: M,
  params: unknown,
  context: Context,
  log: Log,
): Promise<Result<M>> {
  const parsed = parseParams(method, params);
  try {
    return await handlers[method](parsed, context);
  } catch (error) {
    throw wordFailure(method, error, context.signal, log);
  }
}

function wordFailure(method: Method, error: unknown, signal: AbortSignal, log: Log): RpcError {
  if (signal.aborted) return rpcError(errorCode.cancelled, 'cancelled', `${method} was cancelled`);
  if (error instanceof TempestError) return fromTempestError(error);
  log.error(`${method} failed`, error);
  const remedy = remedyFor(error);
  if (remedy) {
    const { message } = error as Error;
    return fromTempestError(new TempestError('io-failed', message, remedy, { cause: error }));
  }
  const message = `${method} failed: ${error instanceof Error ? error.message : String(error)}`;
  const hint = "This is a bug in Tempest; the daemon's log has the details.";
  return rpcError(errorCode.internal, 'internal', message, hint);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.');
  return field === '' ? issue.message : `"${field}": ${issue.message}`;
}
