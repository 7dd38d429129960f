// What only a worktree holds is counted, and nothing else.
import { describe, expect, it } from 'vitest';
import { assessWork } from '../../../src/core/worktree/assess.ts';
import { assess, assessed, keep, remove, world } from '../../support/worktree-world.ts';

describe('what would be lost', () => {
  it('counts files and conflicts, and no stash (hazard 10)', async () => {
    const w = await world();
    w.write('readme.md', 'stash me\n');
    w.git(['stash', '-q']);
    const stash = w.git(['stash', 'list', '--format=%H']);
    expect(await assess(w)).toEqual({ uncommitted: 0, unfinished: [], unmerged: 0 });
    w.write('a\nb', 'x', w.path);
    w.write('dir/x', 'x', w.path);
    w.write('dir/y', 'x', w.path);
    expect(await assess(w)).toEqual({ uncommitted: 3, unfinished: [], unmerged: 0 });
    w.commit('mine', w.path);
    expect(await assess(w)).toEqual({ uncommitted: 0, unfinished: [], unmerged: 1 });
    expect(await assess(w, true)).toEqual({ uncommitted: 0, unfinished: [], unmerged: 0 });
    await keep(w);
    await remove(w);
    expect(w.git(['stash', 'list', '--format=%H'])).toBe(stash);
  });

  it('is nothing for commits that another branch, a remote, a tag or a checkout has', async () => {
    const w = await world();
    const tip = w.commit('mine', w.path);
    for (const [add, drop] of [
      [
        ['branch', 'other', tip],
        ['branch', '-D', 'other'],
      ],
      [
        ['tag', 'v1', tip],
        ['tag', '-d', 'v1'],
      ],
      [
        ['update-ref', 'refs/remotes/origin/x', tip],
        ['update-ref', '-d', 'refs/remotes/origin/x'],
      ],
      [
        ['checkout', '-q', '--detach', tip],
        ['checkout', '-q', 'main'],
      ],
    ] as const) {
      w.git([...add]);
      expect(await assess(w)).toMatchObject({ unmerged: 0 });
      w.git([...drop]);
      expect(await assess(w)).toMatchObject({ unmerged: 1 });
    }
    w.git(['checkout', '-q', '--detach'], w.path);
    w.commit('more', w.path);
    expect(await assess(w)).toMatchObject({ unmerged: 2 });
    expect(await assess(w, true)).toMatchObject({ unmerged: 1 });
  });

  it('hazard 23: a rebase in progress counts, and a deleted base branch harms nothing', async () => {
    const w = await world();
    w.git(['checkout', '-q', '-b', 'elsewhere']);
    w.write('readme.md', 'theirs\n');
    w.commit('theirs');
    w.git(['branch', '-D', 'main']);
    w.write('readme.md', 'mine\n', w.path);
    w.commit('mine', w.path);
    expect(() => w.git(['rebase', 'elsewhere'], w.path)).toThrow();
    expect(await assess(w)).toMatchObject({ uncommitted: 1, unfinished: ['rebase'] });
    w.git(['rebase', '--abort'], w.path);
    // Its state is a folder and two files: it is one thing all the same.
    expect(() => w.git(['cherry-pick', 'HEAD~1', 'elsewhere'], w.path)).toThrow();
    expect(await assess(w)).toMatchObject({ unfinished: ['cherry-pick'] });
  });

  it('is nothing for commits that a squash has brought to another branch, as long as it is there', async () => {
    const w = await world();
    const head = w.commit('mine', w.path);
    w.write('readme.md', 'mine\n');
    const merged = { to: w.commit('squashed'), head };
    const left = async () => {
      const { unmerged } = await assessWork({ ...assessed(w), merged });
      return unmerged;
    };
    expect(await assess(w)).toEqual({ uncommitted: 0, unfinished: [], unmerged: 1 });
    expect(await left()).toBe(0);
    w.commit('more', w.path);
    expect(await left()).toBe(1);
    w.git(['reset', '-q', '--hard', 'HEAD^']);
    expect(await left()).toBe(2);
  });
});
