// How an exception becomes the error of an answer, and how a client gets it back.
import { ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { type ErrorKind, errorKinds, TempestError } from '../core/errors.ts';
import { errorCode } from './constants.ts';

export type RpcError = ResponseError<{ kind: string; hint: string }>;

/** An error that has a code of its own in JSON-RPC, with the kind and hint that every error carries. */
export function rpcError(code: number, kind: ErrorKind, message: string, hint = ''): RpcError {
  return new ResponseError(code, message, { kind, hint });
}

/** The answer to a request that failed in an expected way. */
export function fromTempestError(error: TempestError): RpcError {
  const code = error.kind === 'cancelled' ? errorCode.cancelled : errorCode.tempest;
  return rpcError(code, error.kind, error.message, error.hint);
}

/** Makes what a request was rejected with an exception of ours; its `cause` is that error. */
export function toTempestError(cause: unknown): TempestError {
  if (!(cause instanceof ResponseError) || cause.code === ErrorCodes.PendingResponseRejected)
    return cause instanceof TempestError ? cause : daemonGone(cause);
  const { kind, hint } = (cause.data ?? {}) as { kind?: unknown; hint?: unknown };
  return new TempestError(
    isErrorKind(kind) ? kind : kindOf(cause.code),
    cause.message,
    typeof hint === 'string' ? hint : '',
    { cause },
  );
}

function daemonGone(cause: unknown): TempestError {
  return new TempestError(
    'daemon-gone',
    'the connection to the Tempest daemon is closed',
    'Try again: the next command starts the daemon; agents go on meanwhile.',
    { cause },
  );
}

function isErrorKind(kind: unknown): kind is ErrorKind {
  return (errorKinds as readonly unknown[]).includes(kind);
}

/** For servers that send no kind, or one that is newer than this client. */
function kindOf(code: number): ErrorKind {
  if (code === errorCode.cancelled) return 'cancelled';
  if (code === errorCode.notInitialized) return 'not-initialized';
  const { methodNotFound, invalidParams, invalidRequest, parse } = errorCode;
  const refused: number[] = [methodNotFound, invalidParams, invalidRequest, parse];
  return refused.includes(code) ? 'bad-request' : 'internal';
}
