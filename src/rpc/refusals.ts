// What a connection says when it refuses something, in words that help.
import { ResponseError } from 'vscode-jsonrpc/node';
import { errorCode, type Id, maxMessage, protocolVersion } from './constants.ts';
import { type RpcError, rpcError } from './errors.ts';

const { invalidRequest, methodNotFound, notInitialized, tempest, internal } = errorCode;
const short = (text: string) => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** The stream or an envelope is not what the protocol says. */
export const malformed = (code: number, message: string): RpcError =>
  rpcError(code, 'bad-request', message);

export const unknownMethod = (method: string): RpcError =>
  rpcError(methodNotFound, 'bad-request', `there is no method ${short(method)}`);

export const idInUse = (id: Id): RpcError =>
  rpcError(invalidRequest, 'bad-request', `the id ${short(String(id))} is still in use`);

export const alreadyInitialized = (): RpcError =>
  rpcError(invalidRequest, 'bad-request', 'this connection is initialized already');

export const tooEarly = (method: string): RpcError =>
  rpcError(
    notInitialized,
    'not-initialized',
    `${short(method)} came before "initialize"`,
    'Send the request "initialize" first, and wait for its answer.',
  );

export const tooLarge = (bytes: number): RpcError =>
  rpcError(tempest, 'too-large', `the answer, ${bytes} bytes, is longer than ${maxMessage}`);

export const unspeakable = (error: unknown): RpcError =>
  rpcError(internal, 'internal', `the answer can't be put into JSON: ${String(error)}`);

/** Carries our versions, too: they tell a client whether it or the daemon is the older one. */
export function versionMismatch(theirs: number, version: string): RpcError {
  const message = `this daemon, Tempest ${version}, speaks protocol version ${protocolVersion}, not ${theirs}`;
  const hint =
    theirs > protocolVersion
      ? 'Stop this older daemon with the request "daemon/stop": agents go on.'
      : 'Update this client, or restart the editor if Tempest was updated under it.';
  const data = { kind: 'version-mismatch', hint, protocolVersion, version };
  return new ResponseError(tempest, message, data);
}
