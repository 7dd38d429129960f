// The conflict forecast against what a real merge does, for pairs from a seeded generator.
import {
  chmodSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitTry } from '../../../src/core/git.ts';
import { commitOf, conflictingFiles } from '../../../src/core/review/conflicts.ts';
import { mergeTrees } from '../../../src/core/ship/replay.ts';
import { takeSnapshot } from '../../../src/core/snapshot.ts';
import { random } from '../../support/random.ts';
import { testRepo } from '../../support/scratch-repo.ts';

const names = ['a', 'b', 'c', 'd'];
const linesOf = (name: string) => Array.from({ length: 12 }, (_, line) => `${name} ${line}`);

type Random = (below: number) => number;

/** One change of any kind; two sides that draw the same one may or may not conflict. */
function change(root: string, r: Random, side: string) {
  const at = (name: string) => join(root, name);
  const there = readdirSync(root).filter((name) => name !== '.git');
  const name = there[r(there.length)] ?? 'a';
  const isFolder = existsSync(join(at(name), 'inner'));
  switch (r(7)) {
    case 0:
    case 1:
    case 2: {
      const lines = linesOf(name[0] ?? 'a');
      lines[r(4) * 3] = r(3) === 0 ? 'the same' : side;
      if (!isFolder) writeFileSync(at(name), `${lines.join('\n')}\n`);
      return;
    }
    case 3:
      if (there.length > 2) rmSync(at(name), { recursive: true });
      return;
    case 4:
      writeFileSync(at(`new${r(2)}`), `${r(2) === 0 ? 'equal' : side}\n`);
      return;
    case 5:
      renameSync(at(name), at(`moved${r(2)}-${name}`));
      return;
    case 6:
      if (!isFolder) chmodSync(at(name), 0o755);
      return;
  }
}

const blocks = Array.from({ length: 10 }, (_, index) => index * 20 + 1);

it.each(blocks)(
  'says for generated pairs what a real merge then does: 20 from seed %i',
  async (first) => {
    const repo = testRepo({ empty: true });
    for (const name of names) repo.write(name, `${linesOf(name).join('\n')}\n`);
    const base = repo.commit();
    let conflicts = 0;
    for (let seed = first; seed < first + 20; seed++) {
      const r = random(seed);
      const side = (name: string) => {
        repo.git(['checkout', '-q', '--detach', base]);
        for (let step = r(3); step >= 0; step--) change(repo.root, r, `${name} ${seed}`);
        return repo.commit(name);
      };
      const [left, right] = [side('left'), side('right')];
      const told = await conflictingFiles(repo.root, left, right);

      repo.git(['checkout', '-q', '--detach', left]);
      const merge = await gitTry(['merge', '-q', '-m', 'both', right], { cwd: repo.root });
      const unmerged = repo.git(['diff', '--name-only', '--diff-filter=U', '-z']).split('\0');
      expect([...told].sort(), `seed ${seed}`).toEqual(
        [...new Set(unmerged)].filter(Boolean).sort(),
      );
      expect(told.length > 0, `seed ${seed}: ${told}`).toBe(merge.code !== 0);
      conflicts += merge.code === 0 ? 0 : 1;
      repo.git(['reset', '-q', '--hard']);
    }
    // The generator is worth nothing if all pairs are of one kind.
    expect([0, 20]).not.toContain(conflicts);
  },
);

it('takes what is not committed into account, and equal work for the same commit', async () => {
  const repo = testRepo({ empty: true });
  repo.write('a', 'one\n');
  const base = repo.commit();
  const other = (() => {
    repo.write('a', 'theirs\n');
    return repo.commit();
  })();
  repo.git(['checkout', '-q', '--detach', base]);
  repo.write('a', 'mine\n');
  repo.write('untracked', 'x\n');
  const indexFile = join(repo.home, 'private', 'index');
  const work = await takeSnapshot({ worktree: repo.root, indexFile });
  const commit = (await commitOf(repo.root, work)) ?? '';
  expect(await conflictingFiles(repo.root, commit, other)).toEqual(['a']);
  expect(await conflictingFiles(repo.root, commit, base)).toEqual([]);
  expect(await commitOf(repo.root, work)).toBe(commit);
  const tree = repo.git(['rev-parse', `${base}^{tree}`]).trim();
  expect(await commitOf(repo.root, tree)).toBe(base);
  repo.git(['checkout', '-q', '--orphan', 'unborn']);
  expect(await commitOf(repo.root, tree)).toBeNull();
});

it('names a file by its own name where a folder or a link of the other side is in its place', async () => {
  const repo = testRepo({ empty: true });
  repo.write('file~1', 'one\n');
  const base = repo.commit();
  repo.write('file~1', 'two\n');
  repo.write('kind', 'text\n');
  const left = repo.commit();
  repo.git(['checkout', '-q', '--detach', base]);
  rmSync(join(repo.root, 'file~1'));
  repo.write('file~1/inner', 'x\n');
  symlinkSync('elsewhere', join(repo.root, 'kind'));
  const right = repo.commit();
  expect(await conflictingFiles(repo.root, left, right)).toEqual(['file~1', 'kind']);
  expect(await conflictingFiles(repo.root, right, left)).toEqual(['file~1', 'kind']);
  const place = { cwd: repo.root };
  const { conflicts } = await mergeTrees(place, { base, ours: right, theirs: left });
  expect(conflicts).toEqual(['file~1', 'kind']);
});
