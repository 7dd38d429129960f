// What a test may leave running at its end: the daemon and the host, however far they have come.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { processesOf } from './processes.ts';
import { sandbox } from './sandbox.ts';

it.each([
  ['terminal host', 'terminal-host.js'],
  ['daemon', 'daemon.js'],
])('ends a %s that is only just being started', async (_what, program) => {
  const box = await sandbox();
  const args = program === 'daemon.js' ? [] : [box.places.hostSocket];
  const child = spawn(process.execPath, [resolve('dist', program), ...args], {
    env: box.env,
    stdio: 'ignore',
    detached: true,
  });
  await once(child, 'spawn');
  await box.dispose();
  expect(processesOf(box.root)).toEqual([]);
});
