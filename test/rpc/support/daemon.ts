// A daemon with few methods, run as a program of its own: `runDaemon` with everything real but the sessions.
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../../src/core/clock.ts';
import { placesFrom } from '../../../src/core/places.ts';
import { runDaemon } from '../../../src/rpc/daemon.ts';
import { handlersWith, sessionNamed } from './handlers.ts';

const { TEST_VERSION = '0.1.0', TEST_IDLE_MS = '600000' } = process.env;
const startedAt = Date.now();

process.exitCode = await runDaemon({
  places: placesFrom(),
  version: TEST_VERSION,
  clock: systemClock,
  idleMs: Number(TEST_IDLE_MS),
  async start({ broadcast, clients, stop, log }) {
    log.info('the test daemon starts');
    return {
      busy: () => false,
      close: async () => {},
      handlers: handlersWith({
        'session/list': async () => ({ sessions: [sessionNamed('first')], revision: 1 }),
        async 'session/rename'({ name }) {
          const session = sessionNamed(name);
          broadcast('session/changed', { session });
          return session;
        },
        async 'session/create'({ prompt }, { signal, progress }) {
          progress({ kind: 'step', message: 'Creating the worktree' });
          if (prompt === 'slow') await delay(600_000, undefined, { signal });
          return sessionNamed('created');
        },
        async 'session/seen'() {
          setImmediate(() => {
            throw new Error('a bug outside of any request');
          });
          return sessionNamed('seen');
        },
        'daemon/status': async () => ({
          version: TEST_VERSION,
          pid: process.pid,
          hostPid: null,
          startedAt,
          clients: clients(),
          sessions: 1,
          log: placesFrom().daemonLog,
        }),
        async 'daemon/stop'() {
          stop();
          return null;
        },
      }),
    };
  },
});
process.exit();
