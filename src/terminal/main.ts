// The terminal host's program: `terminal-host SOCKET`. Does nothing but hold terminals, so it never has to stop.
import { startServer } from './server.ts';
import { AlreadyRunning } from './socket-claim.ts';

/** Exit codes: 0 stopped, 1 failed, 2 wrong usage, 3 another host listens on the socket. */
async function main([socket, ...rest]: string[]): Promise<void> {
  if (!socket || rest.length > 0) {
    process.stderr.write('usage: terminal-host SOCKET\n');
    process.exit(2);
  }
  // The agents in here outlive whatever else goes wrong.
  const log = (what: string) => (error: unknown) => {
    const told = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${new Date().toISOString()} ${what}: ${told}\n`);
  };
  const ignore = () => {};
  process.on('SIGHUP', ignore);
  process.stdout.on('error', ignore);
  process.stderr.on('error', ignore);
  try {
    const host = await startServer({ socket, now: Date.now, onIdle: () => process.exit(0) });
    process.on('uncaughtException', log('unexpected error'));
    process.on('unhandledRejection', log('unexpected rejection'));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        host.close();
        process.exit(0);
      });
    }
    process.stdout.write('ready\n');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(error instanceof AlreadyRunning ? 3 : 1);
  }
}

await main(process.argv.slice(2));
