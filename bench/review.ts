// How long a look takes at what a session did, beside git's own commands for the same.
import { execFile } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { takeSnapshot } from '../src/core/snapshot.ts';
import { create } from '../test/support/tempest.ts';
import { inTurns, type Run } from './measure.ts';
import { byRatio } from './report.ts';
import { largeRepo } from './support/large-repo.ts';
import { type Neovim, neovims } from './support/neovims.ts';
import { quiet } from './support/quiet.ts';
import { openViewer } from './support/viewer.ts';
import type { Bench, World } from './world.ts';

const files = 100_000;
const changed = 1_000;
const rounds = 15;

export const review: Bench = {
  about: `a review of ${changed} changed files among ${files}, one of them changed again before each look, against git in the same worktree: ${rounds} rounds`,
  async run(world) {
    const { id: session, name, worktree } = await sessionOf(world);
    const sources = sourcesOf(worktree, changed);
    for (const [n, path] of sources.entries()) {
      appendFileSync(path, `export const reviewed = ${n};\n`);
    }
    const diff = () => world.client.request('session/diff', { session });
    const found = (await diff()).files.length;
    if (found !== changed) throw new Error(`session/diff gave ${found} files`);
    await quiet(world);
    let look = 0;
    const first = firstShown(sources);
    const text = readFileSync(first, 'utf8');
    // In the place of the one before: it has to be on the first screen.
    const change = () => {
      look += 1;
      writeFileSync(first, `${text}// look-${look}.\n`);
      return `look-${look}.`;
    };
    const runs: Record<string, Run> = {
      git: () => {
        change();
        return timeOf(() => git(world, worktree, 'diff', '--numstat', 'main'));
      },
      list: () => {
        change();
        return timeOf(diff);
      },
    };
    for (const neovim of await neovims()) {
      runs[neovim.version] = await firstScreen(world, neovim, name, change);
    }
    const { git: numstat = [], list = [], ...screens } = await inTurns(rounds, runs);
    const compared = { unit: 'ms', theirs: numstat, against: 'git diff --numstat' };
    return [
      byRatio({ ...compared, what: 'list of a review, over the socket', ours: list }),
      ...Object.entries(screens).map(([version, ours]) =>
        byRatio({
          ...compared,
          what: `:TempestDiff to its first screen, Neovim ${version}`,
          ours,
          target: { atMost: 1.3 },
        }),
      ),
    ];
  },
};

/** From the command to the change that was just made, on the right side of the first file. */
async function firstScreen(
  { sandbox }: World,
  { path, version }: Neovim,
  session: string,
  change: () => string,
): Promise<Run> {
  const before = join(sandbox.root, `before-${version}.txt`);
  writeFileSync(before, 'where the review is opened\n');
  const args = ['--clean', '--cmd', `set rtp^=${resolve('.')}`, before];
  const viewer = openViewer(path, args, { cwd: sandbox.root, env: sandbox.env });
  sandbox.onDispose(() => viewer.end());
  await viewer.until('where the review');
  return async () => {
    const mark = change();
    const shown = viewer.until(mark);
    const began = performance.now();
    viewer.write(`:TempestDiff ${session}\r`);
    const took = (await shown) - began;
    const back = viewer.until('where the review');
    viewer.write(':tabclose\r');
    await back;
    return took;
  };
}

/** The path that the panel's tree has at its top: folders come before files. */
function firstShown(paths: readonly string[]): string {
  const split = paths.map((path) => path.split('/'));
  split.sort((a, b) => {
    const at = a.findIndex((part, index) => part !== b[index]);
    const isFile = (parts: string[]) => Number(at === parts.length - 1);
    return isFile(a) - isFile(b) || ((a[at] ?? '') < (b[at] ?? '') ? -1 : 1);
  });
  return split[0]?.join('/') ?? '';
}

export const snapshot: Bench = {
  about: `takeSnapshot after one file of ${files} changed, against \`git status\`: ${rounds} rounds`,
  async run(world) {
    const { worktree } = await sessionOf(world);
    await quiet(world);
    const [path = ''] = sourcesOf(worktree, 1);
    const indexFile = join(world.sandbox.root, 'private/index');
    const change = () => appendFileSync(path, 'export const changed = true;\n');
    await takeSnapshot({ worktree, indexFile });
    const times = await inTurns(rounds, {
      tempest: () => {
        change();
        return timeOf(() => takeSnapshot({ worktree, indexFile }));
      },
      status: () => {
        change();
        return timeOf(() => git(world, worktree, 'status', '--porcelain'));
      },
    });
    return [
      byRatio({
        what: 'snapshot',
        unit: 'ms',
        ours: times.tempest,
        theirs: times.status,
        against: 'git status',
        target: { atMost: 1.2 },
      }),
    ];
  },
};

async function sessionOf(world: World) {
  const repo = await largeRepo(files, world);
  return await create(world.client, { repo, name: `review-${Date.now().toString(36)}` });
}

/** The first `count` source files, folder by folder. */
function sourcesOf(worktree: string, count: number): string[] {
  const paths: string[] = [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (paths.length === count) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else paths.push(path);
    }
  };
  visit(join(worktree, 'packages'));
  return paths;
}

async function git({ sandbox }: World, cwd: string, ...args: string[]): Promise<string> {
  const options = { cwd, env: sandbox.env, maxBuffer: 1 << 28 };
  return (await promisify(execFile)('git', args, options)).stdout;
}

/** In ms. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
