import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const start = resolve(import.meta.dirname, '../../scripts/start.mjs');

it('the demo without a terminal passes every step and leaves nothing', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [start, '--demo']);
  const steps = stdout.split('\n').filter((line) => /^ *\d+\/\d+ /.test(line));
  expect(steps.length).toBeGreaterThan(8);
  expect(steps.filter((line) => !line.includes('✓'))).toEqual([]);
  const repo = stdout.match(/\/\S*tempest-demo-\w+/)?.[0] ?? '';
  expect(repo).toContain('tempest-demo-');
  expect(existsSync(repo)).toBe(false);
});
