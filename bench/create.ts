// How long a new session takes, beside the `git worktree add` that no tool can do without.
import { join } from 'node:path';
import { create as createIn } from '../test/support/tempest.ts';
import { inTurns } from './measure.ts';
import { byRatio, type Figure } from './report.ts';
import { diskAndMemory, isMemory } from './support/file-systems.ts';
import { largeRepo } from './support/large-repo.ts';
import { quiet } from './support/quiet.ts';
import type { Bench, World } from './world.ts';

/** In a small repository what Tempest adds counts most, in a large one the checkout. */
export const create: Bench = { ...bench(1_000, 30), places: diskAndMemory };
export const createLarge = bench(100_000, 4);

function bench(files: number, rounds: number): Bench {
  return {
    about: `session/create over the socket until its answer, agent \`cat\`, against \`git worktree add -b\`: ${rounds} rounds`,
    run: async (world) => [await measure(world, files, rounds)],
  };
}

async function measure(world: World, files: number, rounds: number): Promise<Figure> {
  const { client, sandbox } = world;
  const repo = await largeRepo(files, world);
  const git = (...args: string[]) => sandbox.git(repo, ...args);
  const unique = `${Date.now().toString(36)}-${files}`;
  const where = isMemory(sandbox.root) ? 'in memory (tmpfs)' : 'on disk';
  let count = 0;
  const times = await inTurns(rounds, {
    baseline: async () => {
      count += 1;
      const branch = `bench/plain-${unique}-${count}`;
      // Beside the sessions' own, on the same file system.
      const path = join(sandbox.places.worktrees, 'plain', String(count));
      const started = performance.now();
      await git('worktree', 'add', '--quiet', '-b', branch, path, 'HEAD');
      const took = performance.now() - started;
      await git('worktree', 'remove', '--force', path);
      await git('branch', '--quiet', '-D', branch);
      await quiet(world);
      return took;
    },
    tempest: async () => {
      count += 1;
      const started = performance.now();
      const session = await createIn(client, { repo, name: `b-${unique}-${count}` });
      const took = performance.now() - started;
      await client.request('session/remove', { session: session.id, force: true });
      await quiet(world);
      return took;
    },
  });
  return byRatio({
    what: `session in a repository of ${files.toLocaleString('en')} files, ${where}`,
    unit: 'ms',
    ours: times.tempest,
    theirs: times.baseline,
    against: 'git worktree add',
    target: '≤ 1.15 ×',
  });
}
