// The JSON-RPC 2.0 envelope: what the library may be given, and why the rest is refused.
import { isUtf8 } from 'node:buffer';
import { Message } from 'vscode-jsonrpc/node';
import { errorCode, type Id } from './constants.ts';

/** Why a message, or all that follows, can't be read. */
export class Malformed extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** Of the message, if it could still be told; undefined when the connection has to be closed. */
    readonly id?: Id | null,
  ) {
    super(message);
  }
}

/** An id comes back in the answer, so it must not be a way to make us hold a lot. */
const maxIdLength = 1024;

/** Reads the body of one frame. Throws Malformed. */
export function parseMessage(body: Buffer): Message {
  const value = parseJson(body);
  if (Array.isArray(value))
    throw new Malformed(errorCode.invalidRequest, 'Batches are not supported');
  if (typeof value !== 'object' || value === null)
    throw new Malformed(errorCode.invalidRequest, 'A message is an object');
  const fault = faultOf(value as Record<string, unknown>);
  if (fault === null) return value as Message;
  const { id } = value as { id?: unknown };
  throw new Malformed(errorCode.invalidRequest, fault, isId(id) ? id : null);
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Malformed(errorCode.parse, 'The message is not UTF-8');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Malformed(errorCode.parse, 'The message is not JSON');
  }
}

function faultOf(value: Record<string, unknown>): string | null {
  if (value.jsonrpc !== '2.0') return 'The field "jsonrpc" must be "2.0"';
  if (!Object.hasOwn(value, 'method'))
    return Object.hasOwn(value, 'result') || isRpcError(value.error)
      ? null
      : 'The field "method" is missing';
  if (typeof value.method !== 'string') return 'The field "method" must be a string';
  if (!Object.hasOwn(value, 'id') || isId(value.id)) return null;
  return `The field "id" must be an integer, or a string of at most ${maxIdLength}`;
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' ? value.length <= maxIdLength : Number.isSafeInteger(value);
}

function isRpcError(value: unknown): boolean {
  const { code, message } = (value ?? {}) as { code?: unknown; message?: unknown };
  return typeof code === 'number' && typeof message === 'string';
}

/** The id of the request that this asks to cancel; undefined if it asks for something else. */
export function cancelledBy(message: Message): unknown {
  if (!Message.isNotification(message) || message.method !== '$/cancelRequest') return undefined;
  return ((message.params ?? {}) as { id?: unknown }).id ?? null;
}
