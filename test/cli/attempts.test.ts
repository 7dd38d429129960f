// `tempest race`, `compare` and `choose`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { tempest } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '5' });
  repo = await box.repo();
});
afterEach(() => box.dispose());

const run = (...args: string[]) => tempest(box, args, { cwd: repo });
const rows = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));

it('starts several, compares them, and keeps one', async () => {
  const begun = await run('race', '-n', '2', 'fix the login', '--', 'cat');
  // On a slow machine the steps are told, but nothing went wrong.
  expect(begun).toMatchObject({ code: 0, stderr: expect.stringMatching(/^(· .*\n)*$/) });
  const made = rows(begun.stdout);
  expect(made.map(([name, branch]) => [name, branch])).toEqual([
    ['fix-login-1', 'tempest/fix-login-1'],
    ['fix-login-2', 'tempest/fix-login-2'],
  ]);
  writeFileSync(join(made[1]?.[2] ?? '', 'new.txt'), 'one\ntwo\n');
  const compared = rows((await run('compare', 'fix-login')).stdout);
  expect(compared.map((fields) => [fields[1], fields[2], ...fields.slice(4, 8)])).toEqual([
    ['fix-login-1', 'cat', '0', '0', '0', ''],
    ['fix-login-2', 'cat', '1', '2', '0', ''],
  ]);
  const differs = await run('diff', 'fix-login-2', '--against', 'fix-login-1', '--name-only');
  expect(differs.stdout).toBe('new.txt\n');
  const chosen = await run('choose', 'fix-login-1');
  expect(chosen.stdout).toContain('Kept fix-login-1\nRemoved fix-login-2; `tempest restore');
  expect(rows((await run('list')).stdout).map(([, name]) => name)).toEqual(['fix-login-1']);
});

it('names the agents in turn, and tells of one that can’t be started', async () => {
  const { code, stdout, stderr } = await run('race', '--agents', 'demo,nobody', 'hello');
  expect([code, rows(stdout)[0]?.[0]]).toEqual([1, 'hello-1']);
  expect(stderr).toContain('tempest: attempt 2 (nobody): ');
  expect(await run('race', '-n', '0', 'hello')).toMatchObject({ code: 2 });
});
