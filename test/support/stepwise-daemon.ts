// The real daemon, of another version where TEST_VERSION says so, which ends as if killed after the step TEST_STOP_AFTER.
import { systemClock } from '../../src/core/clock.ts';
import { placesFrom } from '../../src/core/places.ts';
import { version as ownVersion } from '../../src/core/version.ts';
import { runDaemon } from '../../src/rpc/daemon.ts';
import { serveSessions } from '../../src/service.ts';

const places = placesFrom(process.env);
const start = serveSessions({
  env: process.env,
  programs: process.env.TEST_PROGRAMS ?? '',
  onStep(step) {
    if (step === process.env.TEST_STOP_AFTER) process.kill(process.pid, 'SIGKILL');
  },
});
const version = process.env.TEST_VERSION || ownVersion;
process.exit(await runDaemon({ places, version, clock: systemClock, start }));
