// The asking end of a connection: the library's requests, with our errors, time limits and signals.
import type { Socket } from 'node:net';
import {
  CancellationTokenSource,
  createMessageConnection,
  Message,
  NullLogger,
  ProgressType,
} from 'vscode-jsonrpc/node';
import { TempestError } from '../core/errors.ts';
import { toTempestError } from './errors.ts';
import { cancelledBy } from './messages.ts';
import type { Progress } from './protocol.ts';
import { FrameReader, FrameWriter } from './transport.ts';

export interface CallOptions {
  /** Asks the daemon to stop working on it; the promise settles when the daemon has answered. */
  signal?: AbortSignal;
  /** Gives up after this many ms, with `timed-out`, and cancels the request. Default: waits. */
  timeoutMs?: number;
  /** For methods that take a `progressToken`. */
  onProgress?: (value: Progress) => void;
}

export interface Peer {
  /** Rejects with a TempestError whose `cause` is the answer's error, or with `daemon-gone`. */
  call(method: string, params: object, options?: CallOptions): Promise<unknown>;
  /** Resolves once, when the connection is closed by either end and all that came was read. */
  readonly closed: Promise<void>;
  close(): void;
}

const progressType = new ProgressType<Progress>();

/** Takes over a connected socket. */
export function createPeer(
  socket: Socket,
  onNotification: (method: string, params: unknown) => void,
): Peer {
  const reader = new FrameReader(socket, {
    admit: (message) => !Message.isRequest(message) && cancelledBy(message) === undefined,
  });
  const rpc = createMessageConnection(reader, new FrameWriter(socket), NullLogger, {
    messageStrategy: reader.strategy,
  });
  let lastToken = 0;

  rpc.onNotification(onNotification);
  rpc.onUnhandledProgress((params) => onNotification('$/progress', params));
  rpc.onError(() => socket.destroy());
  // Whatever it is, 'close' follows.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    rpc.onClose(() => {
      // Rejects what was not answered.
      rpc.dispose();
      resolve();
    });
  });
  rpc.listen();

  return {
    closed,
    close: () => socket.destroy(),
    async call(method, params, { signal, timeoutMs, onProgress } = {}) {
      if (signal?.aborted) throw new TempestError('cancelled', `${method} was cancelled`);
      const source = new CancellationTokenSource();
      const cancel = () => source.cancel();
      const progressToken = ++lastToken;
      const progress = onProgress && rpc.onProgress(progressType, progressToken, onProgress);
      signal?.addEventListener('abort', cancel, { once: true });
      const late = timeLimit(method, timeoutMs);
      try {
        const asked = progress ? { ...params, progressToken } : params;
        return await Promise.race([rpc.sendRequest(method, asked, source.token), late.passed]);
      } catch (error) {
        cancel();
        throw toTempestError(error);
      } finally {
        late.cancel();
        progress?.dispose();
        signal?.removeEventListener('abort', cancel);
      }
    },
  };
}

/** `passed` rejects with `timed-out` after so many ms; never, if that is undefined. */
function timeLimit(method: string, ms: number | undefined) {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    if (ms === undefined) return;
    const error = new TempestError('timed-out', `no answer to ${method} within ${ms} ms`);
    timer = setTimeout(() => reject(error), ms);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}
