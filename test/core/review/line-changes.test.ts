// What became of a range of lines between two versions of a file, as git tells them apart.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gitBytes } from '../../../src/core/git.ts';
import { lineChanges, outcomeOf } from '../../../src/core/review/line-changes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let repo: string;
beforeAll(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
});
afterAll(() => box.dispose());

const blob = async (lines: string[]) => {
  const input = lines.map((line) => `${line}\n`).join('');
  const id = await gitBytes(['hash-object', '-w', '--stdin'], { cwd: repo, input });
  return id.toString().trim();
};
const outcome = async (before: string[], [start, end]: [number, number], after: string[]) => {
  const changes = await lineChanges(repo, await blob(before), await blob(after));
  const found = outcomeOf(changes, { start, end });
  return found && { ...found, range: found.range && [found.range.start, found.range.end] };
};
const file = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

it('leaves a range alone that nothing touched, wherever it has moved', async () => {
  expect(await outcome(file, [4, 5], file)).toBeNull();
  expect(await outcome(file, [4, 5], ['new', ...file, 'last'])).toBeNull();
  expect(await outcome(file, [4, 5], ['a', 'B', 'c', 'd', 'e', 'F', 'g'])).toBeNull();
});

it('tells what was put in the place of lines, and where that is', async () => {
  expect(await outcome(file, [3, 4], ['a', 'b', 'C', 'd', 'e', 'f', 'g'])).toEqual({
    before: ['c'],
    after: ['C'],
    range: [3, 4],
  });
  const moved = ['0', 'a', 'b', 'C1', 'C2', 'C3', 'd', 'E', 'f', 'g'];
  expect(await outcome(file, [3, 4], moved)).toEqual({
    before: ['c'],
    after: ['C1', 'C2', 'C3'],
    range: [4, 7],
  });
});

it('counts lines put right before or after as put there for its sake', async () => {
  expect(await outcome(file, [3, 3], ['a', 'b', 'guard', 'c', 'd', 'e', 'f', 'g'])).toEqual({
    before: [],
    after: ['guard'],
    range: [3, 4],
  });
  expect(await outcome(file, [3, 3], ['a', 'b', 'c', 'more', 'd', 'e', 'f', 'g'])).toEqual({
    before: [],
    after: ['more'],
    range: [3, 4],
  });
});

it('says when nothing is left, and what remains of a half', async () => {
  expect(await outcome(file, [3, 4], ['a', 'b', 'e', 'f', 'g'])).toEqual({
    before: ['c', 'd'],
    after: [],
    range: null,
  });
  expect(await outcome(file, [3, 5], ['a', 'b', 'e', 'f', 'g'])).toEqual({
    before: ['c', 'd'],
    after: [],
    range: [3, 3],
  });
  expect(await outcome(file, [1, 7], [])).toEqual({ before: file, after: [], range: null });
});

it('takes no line of a file for a header (hazard 24)', async () => {
  const before = ['a', '@@ -1 +1 @@', '-- x', 'b'];
  const after = ['a', '@@ -9,9 +9,9 @@', '++ y', '\\ No newline at end of file', 'b'];
  expect(await outcome(before, [2, 3], after)).toEqual({
    before: before.slice(1, 3),
    after: after.slice(1, 4),
    range: [2, 4],
  });
});
