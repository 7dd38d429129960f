import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { end, makePlace } from '../../scripts/demo/place.mjs';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

const start = resolve(import.meta.dirname, '../../scripts/start.mjs');

it('the demo without a terminal passes every step and leaves nothing', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [start, '--demo']);
  const steps = stdout.split('\n').filter((line) => /^ *\d+\/\d+ /.test(line));
  expect(steps.length).toBeGreaterThan(8);
  expect(steps.filter((line) => !line.includes('✓'))).toEqual([]);
  const repo = stdout.match(/\/\S*tempest-demo-\w+/)?.[0] ?? '';
  expect(repo).toContain('tempest-demo-');
  expect(existsSync(repo)).toBe(false);
  expect(stdout).toMatch(/\nEnded and removed, all of it: \S+\n$/);
});

it('a place of the demo ends whole, though a session in it can not be closed', async () => {
  const place = await makePlace();
  await place.tempest('new', '--agent', 'demo', '--name', 'one', 'add a greeting');
  await place.tempest('new', '--agent', 'demo', '--name', 'two', 'add a greeting');
  const failing: typeof place.tempest = (...args) =>
    args[0] === 'close' ? Promise.reject(new Error('not this one')) : place.tempest(...args);
  await end(place.root, failing);
  expect(existsSync(place.root)).toBe(false);
  await until(() => processesOf(place.root).length === 0, { what: 'all processes to end' });
});
