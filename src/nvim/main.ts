// The bundle's entry: required by a Node plugin host it registers functions, started by
// `lua/tempest/host.lua` with --serve it is the host itself.
import { placesFrom } from '../core/places.ts';
import { version } from '../core/version.ts';
import { connect } from '../rpc/client.ts';
import { serveNeovim } from './host.ts';
import { register } from './plugin.ts';

export default register;

if (process.argv[2] === '--serve') {
  // Standard output carries msgpack: nothing else may write to it.
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  for (const name of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    console[name] = (...parts: unknown[]) => log(`${name} ${parts.map(String).join(' ')}`);
  }
  process.on('unhandledRejection', (reason) => log(`error unhandled: ${String(reason)}`));
  serveNeovim({
    reader: process.stdin,
    writer: process.stdout,
    open: () => connect({ places: placesFrom(process.env), client: { name: 'neovim', version } }),
    log,
    verbose: process.env.TEMPEST_LOG === 'debug',
    onEnd: () => process.exit(0),
  });
}
