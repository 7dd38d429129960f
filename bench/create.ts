// How long a new session takes, beside the `git worktree add` that no tool can do without.
import { join } from 'node:path';
import { isInMemory } from '../src/core/worktree/checkout.ts';
import { create as createIn } from '../test/support/tempest.ts';
import { inTurns } from './measure.ts';
import { byRatio, type Figure } from './report.ts';
import { diskAndMemory, fileSystemOf } from './support/file-systems.ts';
import { largeRepo } from './support/large-repo.ts';
import { quiet } from './support/quiet.ts';
import type { Bench, World } from './world.ts';

/** In a small repository what Tempest adds counts most, in a large one the checkout. */
export const create = bench({ files: 1_000, rounds: 30 });
export const createLarge = bench({ files: 100_000, rounds: 4 });
/** Only informs: thirty of git's own get in each other's way, too. */
export const createMany = bench({ files: 1_000, rounds: 5, atOnce: 30 });

interface Size {
  files: number;
  rounds: number;
  /** Sessions in each run. */
  atOnce?: number;
}

/** Of memory, for each file: of the repository, of the worktrees, and of those that are being deleted. */
const bytesEach = 24 * 1024;

function bench(size: Size): Bench {
  return {
    about: `session/create over the socket until its answer, agent \`cat\`, against \`git worktree add -b\`: ${size.rounds} rounds`,
    places: () => diskAndMemory(size.files * (size.atOnce ?? 1) * bytesEach),
    run: async (world) => [await measure(world, size)],
  };
}

async function measure(world: World, { files, rounds, atOnce = 1 }: Size): Promise<Figure> {
  const { client, sandbox } = world;
  const repo = await largeRepo(files, world);
  const git = (...args: string[]) => sandbox.git(repo, ...args);
  const unique = `${Date.now().toString(36)}-${files}`;
  let count = 0;
  const names = () => Array.from({ length: atOnce }, () => `${unique}-${++count}`);
  // Beside the sessions' own, on the same file system.
  const pathOf = (name: string) => join(sandbox.places.worktrees, 'plain', name);
  const times = await inTurns(rounds, {
    baseline: async () => {
      const plain = names();
      const add = (name: string) =>
        git('worktree', 'add', '--quiet', '-b', `bench/${name}`, pathOf(name), 'HEAD');
      const took = await timeOf(() => Promise.all(plain.map(add)));
      for (const name of plain) {
        await git('worktree', 'remove', '--force', pathOf(name));
        await git('branch', '--quiet', '-D', `bench/${name}`);
      }
      await quiet(world);
      return took;
    },
    tempest: async () => {
      const ours = names();
      const add = (name: string) => createIn(client, { repo, name });
      const took = await timeOf(() => Promise.all(ours.map(add)));
      for (const session of ours) await client.request('session/remove', { session, force: true });
      await quiet(world);
      return took;
    },
  });
  const what = atOnce === 1 ? 'session' : `${atOnce} sessions at once`;
  const where = `${isInMemory(sandbox.root) ? 'in memory' : 'on disk'} (${fileSystemOf(sandbox.root)})`;
  return byRatio({
    what: `${what} in a repository of ${files.toLocaleString('en')} files, ${where}`,
    unit: 'ms',
    ours: times.tempest,
    theirs: times.baseline,
    against: 'git worktree add',
    target: atOnce === 1 ? { atMost: 1.15 } : undefined,
  });
}

/** In ms. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
