// `tempest rpc --stdio`: the daemon's socket on standard input and output.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { TempestError } from '../../core/errors.ts';
import type { Handler } from '../context.ts';
import { connectDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';

export const run: Handler<'rpc'> = async ({ options }, context) => {
  if (!options.stdio) throw new UsageError('--stdio is missing', 'Use `tempest rpc --stdio`.');
  // Once through the ordinary client, so that a daemon is there to connect to.
  const daemon = await connectDaemon(context);
  daemon.close();
  const socket = createConnection(daemon.socket);
  await once(socket, 'connect');
  context.stdin.pipe(socket);
  socket.pipe(context.stdout, { end: false });
  // Either end may close first; what is on its way to the editor still arrives.
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => resolve());
    socket.once('error', (cause) =>
      reject(new TempestError('io-failed', 'the daemon closed the connection', '', { cause })),
    );
  });
  context.stdin.destroy();
};
