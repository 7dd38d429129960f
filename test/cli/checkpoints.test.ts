// `tempest checkpoints`, `rewind` and the scopes of `diff`, as a script uses them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { tempest } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
});
afterEach(() => box.dispose());

const run = (...args: string[]) => tempest(box, args, { cwd: repo });
const out = async (...args: string[]) => (await run(...args)).stdout.trim();

it('each turn can be listed, looked at alone, and taken back', async () => {
  const shell = `echo ready; while read -r l; do printf '\\033]9;4;3;0\\007'; eval "$l"; printf '\\033]9;4;0;0\\007'; done`;
  const created = await run('new', '--name', 'one', '--json', '--', 'sh', '-c', shell);
  const made = JSON.parse(created.stdout) as Session;
  const lines = async () => (await out('checkpoints', 'one')).split('\n').filter(Boolean);
  for (const [index, file] of ['first', 'second'].entries()) {
    const isIdle = async () => (await out('list')).includes('\tidle\t');
    await until(isIdle, { what: 'rest' });
    expect((await run('send', 'one', `echo ${index} > ${file}`)).code).toBe(0);
    await until(async () => (await lines()).length === index + 1, { what: 'a checkpoint' });
  }
  expect(
    (await lines()).map((line) => line.split('\t')).map(([n, , how, what]) => [n, how, what]),
  ).toEqual([
    ['1', 'done', 'echo 0 > first'],
    ['2', 'done', 'echo 1 > second'],
  ]);
  expect(await out('diff', 'one', '--name-only')).toBe('first\nsecond');
  expect(await out('diff', 'one', '--name-only', '--turn', '1')).toBe('first');
  expect(await out('diff', 'one', '--name-only', '--scope', 'turn')).toBe('second');
  expect(await out('diff', 'one', '--name-only', '--from', '1', '--to', '2')).toBe('second');
  expect(await out('diff', 'one', '--name-only', '--to', '1')).toBe('first');
  expect(await run('diff', 'one', '--from', '1', '--turn', '2')).toMatchObject({ code: 2 });
  expect(await out('__complete', '--', 'diff', 'one', '--from', '')).toBe(
    '1\techo 0 > first\n2\techo 1 > second',
  );
  expect(await run('diff', 'one', '--scope', 'nonsense')).toMatchObject({ code: 2 });
  expect(await out('rewind', 'one', '1')).toBe(
    'one is back at checkpoint 1; what it was is checkpoint 3',
  );
  expect(existsSync(join(made.worktree, 'second'))).toBe(false);
  expect(await run('rewind', 'one', 'x')).toMatchObject({ code: 2 });
  expect(await run('rewind', 'one', '9')).toMatchObject({ code: 1 });
  await run('rewind', 'one', '3');
  expect(readFileSync(join(made.worktree, 'second'), 'utf8')).toBe('1\n');
});

it('each turn says what it took, where the agent tells it', async () => {
  const prompt = 'write it without asking';
  await run('new', '--name', 'one', '--agent', 'demo', prompt);
  const line = async () => (await out('checkpoints', 'one')).split('\t');
  await until(async () => (await line()).length > 1, { what: 'a checkpoint' });
  const { usage } = JSON.parse(await out('checkpoints', 'one', '--json')).checkpoints[0];
  expect(usage).toMatchObject({ input: Math.ceil(prompt.length / 4), cost: null });
  expect((await line()).slice(3)).toEqual([prompt, String(usage.input + usage.output)]);
});
