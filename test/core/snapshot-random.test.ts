// A private index that is used again and again gives what a new one would, whatever is done in the worktree.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { gitTry } from '../../src/core/git.ts';
import { takeSnapshot } from '../../src/core/snapshot.ts';
import { random } from '../support/random.ts';
import { type TestRepo, testRepo } from '../support/scratch-repo.ts';

type Random = (below: number) => number;

const paths = ['a', 'b', 'dir/a', 'dir/b', 'dir/deep/c', 'nested/x', 'x.log', 'new\nline', 'é'];

/** What git puts into an index that was copied from the worktree's own just now. */
async function truth(t: TestRepo): Promise<string> {
  const index = join(t.home, 'truth');
  rmSync(index, { force: true });
  const own = join(t.root, '.git/index');
  if (existsSync(own)) copyFileSync(own, index);
  const run = (args: string[]) => gitTry(args, { cwd: t.root, env: { GIT_INDEX_FILE: index } });
  await run(['add', '--all', '--ignore-errors', '--', ':/']);
  return (await run(['write-tree'])).stdout.toString().trim();
}

function change(t: TestRepo, r: Random): string {
  const path = paths[r(paths.length)] ?? 'a';
  const full = join(t.root, path);
  const quietly = (...args: string[]) => {
    try {
      t.git(args);
    } catch {
      // Nothing to stage, or to commit.
    }
    return args.join(' ');
  };
  const clear = (place: string) => {
    // A folder's place may be a file's now, and the other way round.
    for (let at = dirname(place); at.length > t.root.length; at = dirname(at)) {
      if (existsSync(at) && !existsSync(join(at, '.'))) rmSync(at);
    }
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
  };
  switch (r(14)) {
    case 0:
      rmSync(full, { recursive: true, force: true });
      return `remove ${path}`;
    case 1:
      clear(full);
      symlinkSync('a', full);
      return `link ${path}`;
    case 2: {
      const to = join(t.root, paths[r(paths.length)] ?? 'b');
      if (!existsSync(full) || to.startsWith(full) || full.startsWith(to)) return 'nothing';
      clear(to);
      if (existsSync(full)) renameSync(full, to);
      return `move ${path} to ${to}`;
    }
    case 3:
      t.write('.gitignore', ['', '*.log\n', 'dir/\n', 'b\n', '.gitignore\na\n'][r(5)] ?? '');
      return 'ignore';
    case 4:
      t.write('dir/.gitignore', r(2) ? '*\n' : 'b\n');
      return 'ignore in dir';
    case 5:
      t.write('.git/info/exclude', r(2) ? 'a\n' : '\n');
      return 'exclude';
    case 6:
      return quietly('add', '-f', '--', path);
    case 7:
      return quietly('rm', '-r', '--cached', '-q', '--', path);
    case 8:
      return quietly('commit', '-q', '-m', 'step');
    case 9:
      return quietly('init', '-q', 'nested');
    case 10:
      return quietly('-C', 'nested', 'commit', '-q', '--allow-empty', '-m', 'inside');
    case 11:
      rmSync(join(t.root, 'nested/.git'), { recursive: true, force: true });
      return 'nested is none';
    default:
      clear(full);
      t.write(path, `${r(1_000)}\n`);
      return `write ${path}`;
  }
}

it.each([1, 2, 3, 4, 5])(
  'hazard 23: after each of 60 random changes from seed %i',
  async (seed) => {
    const t = testRepo({ empty: seed % 2 === 0 });
    const r = random(seed);
    const o = { worktree: t.root, indexFile: join(t.home, 'private/index') };
    const done: string[] = [];
    for (let step = 0; step < 60; step++) {
      for (let n = r(3); n >= 0; n--) done.push(change(t, r));
      const told = done.slice(-12).join('\n');
      const tree = await takeSnapshot(o);
      const wanted = await truth(t);
      const apart = tree === wanted ? '' : t.git(['diff-tree', '-r', wanted, tree]);
      expect(apart, told).toBe('');
    }
  },
);
