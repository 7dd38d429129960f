// Looking at a worktree is never noticed by who works in it.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { takeCheckpoint } from '../../../src/core/review/checkpoints.ts';
import { commitOf, conflictingFiles } from '../../../src/core/review/conflicts.ts';
import { diffFiles, fileAt, mergeBase } from '../../../src/core/review/diff.ts';
import { fileHunks, treeHunks } from '../../../src/core/review/hunks.ts';
import { takeSnapshot } from '../../../src/core/snapshot.ts';
import { testRepo } from '../../support/scratch-repo.ts';

const looks = 200;

it('hazard 23: 200 snapshots, diffs, forecasts and checkpoints cost an agent that commits no error, no lock, no index', async () => {
  const t = testRepo();
  for (let n = 0; n < 100; n++) t.write(`src/file${n}`, `${n}\n`.repeat(50));
  const base = t.commit();
  const worktree = join(t.home, 'worktree');
  t.git(['worktree', 'add', '-q', '-b', 'work', worktree]);
  t.write('src/file1', 'on the base\n');
  const theirs = t.commit();

  t.write('stays', 'always\n', worktree);
  const agent = spawn(process.execPath, [resolve('test/support/busy-agent.mjs')], {
    cwd: worktree,
  });
  let said = '';
  agent.stdout.on('data', (chunk) => {
    said += chunk;
  });
  agent.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise((done) => agent.once('close', done));

  const place = { worktree, session: 'session1' };
  const cwd = worktree;
  try {
    for (let look = 0; look < looks; look++) {
      const [tree, checkpoint] = await Promise.all([
        takeSnapshot({ worktree, indexFile: join(t.home, 'private/index') }),
        takeCheckpoint({
          ...place,
          indexFile: join(t.home, 'private/checkpoint-index'),
          prompt: `${look}`,
          ending: 'done',
        }),
      ]);
      for (const rev of [tree, checkpoint.tree])
        expect((await fileAt({ cwd, rev, path: 'stays' }))?.toString()).toBe('always\n');
      const left = await mergeBase(worktree, theirs);
      expect(left).toBe(base);
      const commit = (await commitOf(worktree, tree)) ?? '';
      const [files] = await Promise.all([
        diffFiles({ cwd, base: left, tree }),
        treeHunks({ cwd, base: left, tree: checkpoint.tree }),
        conflictingFiles(worktree, commit, theirs),
      ]);
      const path = Buffer.from(files[0]?.path ?? '');
      if (files[0]) expect(await fileHunks({ cwd, base: left, tree, path })).not.toBeNull();
    }
  } finally {
    agent.stdin.end();
    await ended;
  }
  const { rounds, wrong } = JSON.parse(said) as { rounds: number; wrong: string[] };
  expect(wrong).toEqual([]);
  expect(rounds).toBeGreaterThan(10);
  // What it left is whole, and nothing of the looking is in its way.
  expect(t.git(['fsck', '--no-dangling'], worktree)).toBe('');
  t.git(['add', '--all'], worktree);
  t.git(['commit', '-q', '--allow-empty', '-m', 'last'], worktree);
});
