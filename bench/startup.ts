// What Tempest adds to Neovim's start.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { inTurns, median } from './measure.ts';
import { alone, byDifference, type Figure, number } from './report.ts';
import { neovims } from './support/neovims.ts';
import type { Bench, World } from './world.ts';

const rounds = 100;

export const startup: Bench = {
  about: `\`nvim --clean\` to its first prompt by --startuptime, project on 'runtimepath' or not: ${rounds} rounds`,
  async run(world) {
    const figures: Figure[] = [];
    for (const { path, version } of await neovims()) {
      figures.push(...(await measure(world, path, version)));
    }
    return figures;
  },
};

async function measure({ sandbox }: World, path: string, version: string): Promise<Figure[]> {
  const empty = join(sandbox.root, 'empty');
  mkdirSync(empty, { recursive: true });
  const log = join(sandbox.root, 'startuptime');
  const sourcing: number[] = [];
  const start = (folder: string) => async () => {
    rmSync(log, { force: true });
    const args = ['--clean', '--headless', '--startuptime', log];
    const env = sandbox.env;
    await promisify(execFile)(path, [...args, '--cmd', `set rtp^=${folder}`, '+qall'], { env });
    const lines = readFileSync(log, 'utf8').split('\n');
    const sourced = lines.find((line) => line.includes('plugin/tempest.lua'));
    if (sourced) sourcing.push(Number(sourced.trim().split(/\s+/)[1]));
    const started = lines.findLast((line) => line.includes('NVIM STARTED'));
    return Number(started?.trim().split(/\s+/)[0]);
  };
  const times = await inTurns(rounds, {
    without: start(empty),
    tempest: start(resolve('.')),
  });
  return [
    byDifference({
      what: `start of Neovim ${version}`,
      unit: 'ms',
      ours: times.tempest,
      theirs: times.without,
      against: 'without',
      target: { atMost: 1 },
    }),
    alone(`sourcing plugin/tempest.lua in ${version}`, `${number(median(sourcing))} ms`),
  ];
}
