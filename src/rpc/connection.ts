// One client's connection to the daemon, from its first byte to its last.
import type { Socket } from 'node:net';
import {
  type CancellationToken,
  createMessageConnection,
  type Logger,
  Message,
  ProgressType,
} from 'vscode-jsonrpc/node';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { errorCode, type Id, protocolVersion } from './constants.ts';
import { type ClientInfo, dispatch, type Handlers, isHandled, parseParams } from './dispatch.ts';
import type { RpcError } from './errors.ts';
import { cancelledBy, Malformed } from './messages.ts';
import type { Notification, NotificationParams, Progress, Result } from './protocol.ts';
import * as refusals from './refusals.ts';
import { FrameReader, FrameWriter } from './transport.ts';

/** Bounds of one connection. Times in ms, sizes in bytes. */
export const limits = {
  /** A frame that has begun must go on, and `initialize` must come, within this time. */
  stall: 30_000,
  /** A client that leaves this much unread is dropped: it reconnects, and lists again. */
  backlog: 32 * 1024 * 1024,
  /** Nothing more is read while this much waits to be taken by the client. */
  unread: 1024 * 1024,
  /** Nothing more is read while this many requests are being worked on. */
  inFlight: 256,
  /** How long a connection that is being closed may take to read why. */
  farewell: 2_000,
} as const;

export interface ConnectionDeps {
  handlers: Handlers;
  /** Of the daemon. */
  version: string;
  clock: Clock;
  log: Log;
}

export interface Connection {
  /** Null until `initialize` succeeded. */
  readonly client: ClientInfo | null;
  /** Whether it has said that the person is there. */
  readonly focused: boolean;
  /** Tells the client, if it is initialized. */
  notify<N extends Notification>(notification: N, params: NotificationParams<N>): void;
  /** Closes once every request at work is answered, or the farewell time is over. */
  end(): void;
}

type State =
  | { kind: 'new' }
  /** Speaks another version: all it may do is ask the daemon to stop. */
  | { kind: 'mismatched'; client: ClientInfo }
  | { kind: 'ready'; client: ClientInfo };

const progressType = new ProgressType<Progress>();

/** Serves one socket, opened with `allowHalfOpen`, until it closes. Never throws. */
export function serveConnection(socket: Socket, deps: ConnectionDeps): Connection {
  const { handlers, version, clock, log } = deps;
  /** Requests that the library was given and has not answered. */
  const unanswered = new Set<Id>();
  let state: State = { kind: 'new' };
  let ending = false;
  let focused = false;
  const focus = (has: boolean) => {
    focused = has;
  };

  const name = () => ('client' in state ? state.client.name.slice(0, 100) : 'a client');

  const refuse = (id: Id | null, error: RpcError) =>
    writer.send({ jsonrpc: '2.0', id, error: error.toJson() });

  /** Lets through requests and what cancels them; nothing else means anything here. */
  const admit = (message: Message): boolean => {
    if (!Message.isRequest(message)) return unanswered.has(cancelledBy(message) as Id);
    const id = message.id as Id;
    const isNew = !unanswered.has(id);
    if (isNew) unanswered.add(id);
    else refuse(null, refusals.idInUse(id));
    return isNew;
  };

  const reader = new FrameReader(socket, {
    admit,
    full: () => unanswered.size >= limits.inFlight || socket.writableLength > limits.unread,
    stall: { clock, ms: limits.stall },
  });
  const writer = new FrameWriter(socket, {
    backlog: limits.backlog,
    onAnswer(id) {
      unanswered.delete(id);
      flow();
    },
  });
  const rpc = createMessageConnection(reader, writer, loggerFor(log), {
    messageStrategy: reader.strategy,
  });

  /** Reads on, or ends, once nothing is left to answer. */
  const flow = () => {
    const done = unanswered.size === 0;
    if (done && ending) socket.end();
    else if (done && socket.readableEnded) end();
    else reader.flow();
  };

  const end = () => {
    if (ending) return;
    ending = true;
    unintroduced.cancel();
    reader.discard();
    if (unanswered.size === 0) socket.end();
    const timer = clock.after(limits.farewell, () => socket.destroy());
    socket.once('close', () => timer.cancel());
  };

  const complain = ({ id, code, message }: Malformed) => {
    if (ending) return;
    refuse(id ?? null, refusals.malformed(code, message));
    if (id !== undefined) return;
    log.info(`closing the connection of ${name()}: ${message}`);
    end();
  };

  const unintroduced = clock.after(limits.stall, () => {
    const message = `no "initialize" came for ${limits.stall / 1000} s`;
    complain(new Malformed(errorCode.invalidRequest, message));
  });

  const initialize = (params: unknown): Result<'initialize'> => {
    if (state.kind === 'ready') throw refusals.alreadyInitialized();
    const { client, protocolVersion: theirs } = parseParams('initialize', params);
    unintroduced.cancel();
    const same = theirs === protocolVersion;
    state = { kind: same ? 'ready' : 'mismatched', client };
    if (!same) throw refusals.versionMismatch(theirs, version);
    return { protocolVersion, server: { version, pid: process.pid } };
  };

  const reporter = (params: unknown) => (value: Progress) => {
    const { progressToken } = (params ?? {}) as { progressToken?: Id };
    if (progressToken !== undefined && !socket.destroyed)
      void rpc.sendProgress(progressType, progressToken, value);
  };

  rpc.onRequest(async (method, params, token) => {
    if (method === 'initialize') return initialize(params);
    const client = whoMayAsk(state, method);
    if (client === null) throw refusals.tooEarly(method);
    if (!isHandled(method)) throw refusals.unknownMethod(method);
    const context = { signal: signalOf(token), progress: reporter(params), client, focus };
    return await dispatch(handlers, method, params, context, log);
  });
  rpc.onError(([error]) => {
    if (error instanceof Malformed) return complain(error);
    log.error(`${name()} ${error.message}; its connection is dropped`);
    socket.destroy();
  });
  rpc.listen();
  socket.on('drain', flow);
  socket.on('end', flow);
  socket.on('error', (error) => log.info(`connection of ${name()}: ${error.message}`));
  socket.on('close', () => unintroduced.cancel());

  return {
    get client() {
      return state.kind === 'ready' && !ending ? state.client : null;
    },
    get focused() {
      return focused && !ending && !socket.destroyed;
    },
    notify(notification, params) {
      if (state.kind === 'ready' && !ending && !socket.destroyed)
        void rpc.sendNotification(notification, params);
    },
    end,
  };
}

/** The client whose request this is; null when it may not ask that yet. */
function whoMayAsk(state: State, method: string): ClientInfo | null {
  if (state.kind === 'ready') return state.client;
  return state.kind === 'mismatched' && method === 'daemon/stop' ? state.client : null;
}

/** The library's way to say that a request was cancelled, in that of everything below it. */
function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function loggerFor({ info, error }: Log): Logger {
  return { error, warn: info, info, log: info };
}
