// The real daemon, which ends as if killed after one named step: its first argument. Its second is dist.
import { systemClock } from '../../src/core/clock.ts';
import { placesFrom } from '../../src/core/places.ts';
import { version } from '../../src/core/version.ts';
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
process.exit(await runDaemon({ places, version, clock: systemClock, start }));
