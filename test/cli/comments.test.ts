// `tempest comment`, `comments` and `send-review`, as a script uses them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { tempest, tempestJson } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let made: Session;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\ntwo\nthree\n' } });
  const shell = `printf '\\033[?2004h'; echo ready; while read -r l; do printf '\\033]9;4;3;0\\007'; sed -i s/two/2/ a.txt; printf '\\033]9;4;0;0\\007'; done`;
  const args = ['new', '--name', 'one', '--', 'sh', '-c', shell];
  made = (await tempestJson(box, ['new', '--json', ...args.slice(1)], { cwd: repo })) as Session;
});
afterEach(() => box.dispose());

const run = (args: string[], o: { cwd?: string; input?: string } = {}) =>
  tempest(box, args, { cwd: repo, ...o });
const out = async (args: string[], o: { cwd?: string; input?: string } = {}) => {
  const { code, stdout, stderr } = await run(args, o);
  return code === 0 ? stdout : `${code}: ${stderr}`;
};

it('writes, lists and changes comments', async () => {
  expect(await out(['comment', 'one', 'a.txt:2', 'Why two?'])).toBe('comment 1\n');
  mkdirSync(join(made.worktree, 'deep'));
  writeFileSync(join(made.worktree, 'deep/b.txt'), 'x\ny\n');
  const cwd = join(made.worktree, 'deep');
  const text = 'Both\nof them\n';
  expect(await out(['comment', '.', 'b.txt:1-2', '-'], { cwd, input: text })).toBe('comment 2\n');
  writeFileSync(join(made.worktree, 'a.txt'), 'zero\none\ntwo\nthree\n');
  expect(await out(['comments', 'one'])).toBe(
    '1\topen\tmoved\ta.txt:3\tWhy two?\n2\topen\texact\tdeep/b.txt:1-2\tBoth of them\n',
  );
  expect(await out(['comments', 'one', '--resolve', '2'])).toBe('');
  expect(await out(['comments', 'one', '--edit', '1', '-m', 'Not two'])).toBe('');
  expect(await out(['comments', 'one'])).toBe('1\topen\tmoved\ta.txt:3\tNot two\n');
  expect(await out(['comments', 'one', '--all'])).toContain('2\tresolved');
  expect(await out(['comments', 'one', '--reopen', '2'])).toBe('');
  expect(await out(['comments', 'one', '--remove', '1'])).toBe('');
  const { comments } = (await tempestJson(box, ['comments', 'one'], { cwd: repo })) as {
    comments: object[];
  };
  expect(comments).toMatchObject([{ id: '2', body: 'Both\nof them', quote: ['x', 'y'] }]);
});

it('says what is wrong with what was typed', async () => {
  expect(await out(['comment', 'one', 'a.txt', 'Why?'])).toMatch(/^2: .*PLACE is PATH:LINE/);
  expect(await out(['comment', 'one', 'a.txt:3-2', 'Why?'])).toMatch(/^2: /);
  expect(await out(['comment', 'one', 'a.txt:9', 'Why?'])).toMatch(/^1: .*a.txt has 3 lines/);
  expect(await out(['comment', 'one', '../x:1', 'Why?'])).toMatch(/^1: .*no path/);
  expect(await out(['comments', 'one', '--edit', '1'])).toMatch(/^2: /);
  expect(await out(['comments', 'one', '--resolve', '7'])).toMatch(/^1: .*no comment 7/);
  expect(await out(['send-review', 'one'])).toMatch(/^1: .*no open comment/);
});

it('sends them as one prompt, and shows what was changed for them', async () => {
  await run(['comment', 'one', 'a.txt:2', 'Why two?']);
  const isIdle = async () => (await out(['list'])).includes('\tidle\t');
  await until(isIdle, { what: 'rest' });
  expect(await out(['send-review', 'one', '--note', 'Please'])).toBe('1 comment sent\n');
  const isAnswered = async () => (await out(['comments', 'one'])).startsWith('1\tanswered\texact');
  await until(isAnswered, { what: 'an answer' });
  const { comments } = (await tempestJson(box, ['comments', 'one'], { cwd: repo })) as {
    comments: object[];
  };
  expect(comments).toMatchObject([{ answer: { before: ['two'], after: ['2'] } }]);
});
