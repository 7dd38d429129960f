// Leaving a session's terminal.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { tempest, tempestInTerminal } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo();
});
afterEach(() => box.dispose());

it('delivers what the detach key follows at once, while the program floods the screen', async () => {
  const out = join(box.root, 'typed');
  const script = `stty raw -echo; yes & echo ready; cat >"${out}"; kill $!`;
  await tempest(box, ['new', '--name', 'reader', '--', 'sh', '-c', script], { cwd: repo });
  let expected = '';
  for (const word of ['one ', 'two ', 'three ', 'four ', 'five ']) {
    const terminal = tempestInTerminal(box, ['attach', 'reader'], { cwd: repo });
    await terminal.waitFor(/y/);
    terminal.type(`${word}\x1d`);
    expect(await terminal.ended).toBe(0);
    expected += word;
  }
  const arrived = () => readFileSync(out, 'latin1');
  await until(() => arrived().length >= expected.length, { what: 'every key' }).catch(() => {});
  expect(arrived()).toBe(expected);
});
