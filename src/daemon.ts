// dist/daemon.js: the one process that clients talk to.
import { systemClock } from './core/clock.ts';
import { placesFrom } from './core/places.ts';
import { version } from './core/version.ts';
import { runDaemon } from './rpc/daemon.ts';
import { serveSessions } from './service.ts';

const places = placesFrom(process.env);
const start = serveSessions({ env: process.env });
process.exit(await runDaemon({ places, version, clock: systemClock, start }));
