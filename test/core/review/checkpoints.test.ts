// Checkpoints on real worktrees: taken beside an agent at work, listed, gone back to.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  forgetCheckpoints,
  listCheckpoints,
  putBack,
  takeCheckpoint,
} from '../../../src/core/review/checkpoints.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let worktree: string;
let place: { worktree: string; session: string; indexFile: string };

beforeEach(async () => {
  box = await sandbox();
  worktree = await box.repo({ files: { 'a.txt': 'one\n', 'b.txt': 'b\n', '.gitignore': 'out\n' } });
  place = { worktree, session: 'abcdefgh', indexFile: join(box.root, 'private', 'index') };
});
afterEach(() => box.dispose());

const at = (path: string) => join(worktree, path);
const text = (path: string) => readFileSync(at(path), 'utf8');
const status = () =>
  execFileSync('git', ['status', '--porcelain'], { cwd: worktree, env: box.env, encoding: 'utf8' });

it('lists what was kept with the prompt that led to it, and how the turn ended', async () => {
  const prompt = 'fix "it" $(now)\n\nTempest-Ending: done\n\nsecond é😀';
  await takeCheckpoint({ ...place, prompt, ending: 'problem' });
  writeFileSync(at('new.txt'), 'n\n');
  const second = await takeCheckpoint({ ...place, prompt: '', ending: 'done' });
  const listed = await listCheckpoints(worktree, 'abcdefgh');
  expect(listed.map(({ number, ending }) => [number, ending])).toEqual([
    [1, 'problem'],
    [2, 'done'],
  ]);
  expect(listed.map((one) => one.prompt)).toEqual([prompt, '']);
  expect(listed[1]).toMatchObject({ commit: second.commit, tree: second.tree });
  expect(listed[1]?.tree).not.toBe(listed[0]?.tree);
  expect(await listCheckpoints(worktree, 'abcdefg')).toEqual([]);
  await forgetCheckpoints(worktree, 'abcdefgh');
  expect(await listCheckpoints(worktree, 'abcdefgh')).toEqual([]);
});

it('keeps what each turn took, and with the next what the last one came to', async () => {
  const spent = (output: number, cost: number | null) => ({ input: 1, output, cached: 5, cost });
  const take = (ending: 'done' | 'rewind', turn: object | null, before: object | null) =>
    takeCheckpoint({ ...place, prompt: 'p', ending, spent: () => ({ turn, before }) as never });
  await take('done', spent(10, 0.25), null);
  await take('rewind', null, null);
  await take('done', spent(20, null), spent(15, 0.5));
  await take('done', null, null);
  const listed = await listCheckpoints(worktree, 'abcdefgh');
  expect(listed.map(({ usage }) => usage)).toEqual([spent(15, 0.5), null, spent(20, null), null]);
  expect(listed.map(({ prompt }) => prompt)).toEqual(['p', 'p', 'p', 'p']);
});

it('counts on where nothing was ever committed', async () => {
  await box.git(worktree, 'checkout', '-q', '--orphan', 'fresh');
  await takeCheckpoint({ ...place, prompt: '', ending: 'done' });
  await takeCheckpoint({ ...place, prompt: 'again', ending: 'done' });
  const listed = await listCheckpoints(worktree, 'abcdefgh');
  expect(listed.map(({ number, prompt }) => [number, prompt])).toEqual([
    [1, ''],
    [2, 'again'],
  ]);
});

it('goes back to one: changed, deleted and new files; index, HEAD and ignored files stay', async () => {
  writeFileSync(at('a.txt'), 'two\n');
  const first = await takeCheckpoint({ ...place, prompt: 'one', ending: 'done' });
  writeFileSync(at('a.txt'), 'three\n');
  await box.git(worktree, 'add', 'a.txt');
  writeFileSync(at('later.txt'), 'later\n');
  writeFileSync(at('out'), 'ignored\n');
  rmSync(at('b.txt'));
  const staged = await box.git(worktree, 'rev-parse', ':a.txt');
  const index = () => statSync(join(worktree, '.git/index')).mtimeMs;
  const before = index();
  const now = await takeCheckpoint({ ...place, prompt: '', ending: 'rewind' });

  await putBack({ ...place, now: now.tree, tree: first.tree });
  expect([text('a.txt'), text('b.txt'), text('out')]).toEqual(['two\n', 'b\n', 'ignored\n']);
  expect(existsSync(at('later.txt'))).toBe(false);
  expect(index()).toBe(before);
  expect(await box.git(worktree, 'rev-parse', ':a.txt')).toBe(staged);

  // And forth again.
  const again = await takeCheckpoint({ ...place, prompt: '', ending: 'rewind' });
  await putBack({ ...place, now: again.tree, tree: now.tree });
  expect([text('a.txt'), text('later.txt')]).toEqual(['three\n', 'later\n']);
  expect(status()).toContain('?? later.txt');
});

it('keeps what is ignored and in the way before it goes back, and refuses where that was not kept', async () => {
  const first = await takeCheckpoint({ ...place, prompt: '', ending: 'done' });
  await box.git(worktree, 'rm', '-q', '--cached', 'b.txt');
  writeFileSync(at('.gitignore'), 'out\nb.txt\n');
  writeFileSync(at('b.txt'), 'ignored by now\n');
  const blind = await takeCheckpoint({ ...place, prompt: '', ending: 'rewind' });
  await expect(putBack({ ...place, now: blind.tree, tree: first.tree })).rejects.toMatchObject({
    kind: 'unsaved-work',
    message: expect.stringMatching(/: b\.txt$/),
  });
  expect(text('b.txt')).toBe('ignored by now\n');
  const now = await takeCheckpoint({ ...place, prompt: '', ending: 'rewind', until: first.tree });
  await putBack({ ...place, now: now.tree, tree: first.tree });
  expect(text('b.txt')).toBe('b\n');
  const again = await takeCheckpoint({ ...place, prompt: '', ending: 'rewind', until: now.tree });
  await putBack({ ...place, now: again.tree, tree: now.tree });
  expect(text('b.txt')).toBe('ignored by now\n');
});

it('hazard 23: refuses, and changes nothing, when a file was written meanwhile', async () => {
  const first = await takeCheckpoint({ ...place, prompt: '', ending: 'done' });
  writeFileSync(at('a.txt'), 'two\n');
  const now = await takeCheckpoint({ ...place, prompt: '', ending: 'rewind' });
  writeFileSync(at('a.txt'), 'written just now\n');
  await expect(putBack({ ...place, now: now.tree, tree: first.tree })).rejects.toMatchObject({
    kind: 'git-failed',
  });
  expect(text('a.txt')).toBe('written just now\n');
});

it('keeps what the agent has committed, though it throws its commits away', async () => {
  writeFileSync(at('a.txt'), 'precious\n');
  await box.git(worktree, 'commit', '-qam', 'work');
  const commit = await box.git(worktree, 'rev-parse', 'HEAD');
  await takeCheckpoint({ ...place, prompt: '', ending: 'done' });
  await box.git(worktree, 'reset', '-q', '--hard', 'HEAD~1');
  await box.git(worktree, 'reflog', 'expire', '--expire=now', '--all');
  await box.git(worktree, 'gc', '-q', '--prune=now');
  expect(await box.git(worktree, 'show', `${commit}:a.txt`)).toContain('precious');
  expect((await listCheckpoints(worktree, 'abcdefgh'))[0]?.head).toBe(commit.trim());
});
