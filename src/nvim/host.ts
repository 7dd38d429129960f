// The host process: Neovim on standard input and output, the daemon on its socket.
import { attach, type NeovimClient } from 'neovim';
import { failureFrom, unreachable } from './failure.ts';
import { type Connection, createLink } from './link.ts';
import { createLogger } from './logger.ts';
import { isCancel, isRequest } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { hostInfo } from './plugin.ts';
import { createRequests } from './requests.ts';

const receive = "require('tempest.host').receive(...)";

export interface HostOptions {
  reader: NodeJS.ReadableStream;
  writer: NodeJS.WritableStream;
  /** Opens a connection to the daemon, starting one if none runs. */
  open: () => Promise<Connection>;
  log: (line: string) => void;
  verbose: boolean;
  /** Called once Neovim is gone, however it went. */
  onEnd: () => void;
}

/** Serves one Neovim until it disconnects. */
export function serveNeovim(options: HostOptions): void {
  const { reader, writer, log } = options;
  const logger = createLogger(log, options.verbose);
  const nvim: NeovimClient = attach({ reader, writer, options: { logger } });
  const outbox = createOutbox(
    async (batch) => {
      await nvim.request('nvim_exec_lua', [receive, [batch]]);
    },
    (error) => log(`error Neovim refused a batch: ${failureFrom(error).message}`),
  );
  const link = createLink(options.open, outbox.push);
  const requests = createRequests(link, outbox.push);

  nvim.on('notification', (method: string, args: unknown) => {
    if (method === 'tempest_request' && isRequest(args)) void requests.run(...args);
    else if (method === 'tempest_cancel' && isCancel(args)) requests.cancel(args[0]);
    else log(`error an unknown notification or one of the wrong shape: ${method}`);
  });
  nvim.on(
    'request',
    (
      method: string,
      _args: unknown,
      response: { send(value: unknown, isError?: boolean): void },
    ) => {
      if (method.endsWith(':function:TempestHostInfo')) response.send(hostInfo());
      else if (method === 'poll') response.send('ok');
      else response.send(`no method ${method}`, true);
    },
  );
  nvim.on('disconnect', () => {
    link.close();
    options.onEnd();
  });

  link.connection().catch((error: unknown) => {
    outbox.push({ kind: 'down', error: unreachable(error) });
  });
}
