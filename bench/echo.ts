// How long a typed key takes to come back.
import { setTimeout as delay } from 'node:timers/promises';
import { inTurns, type Run } from './measure.ts';
import { byDifference, type Figure } from './report.ts';
import { openAll, threeWays, type Viewers, waysIn } from './support/contenders.ts';
import { type Neovim, neovims } from './support/neovims.ts';
import type { Viewer } from './support/viewer.ts';
import type { Bench } from './world.ts';

const keys = 250;
/** A program that gives back each byte at once. */
const script = 'stty raw -echo; printf ready; exec cat';
/** Characters that no escape sequence ends in or holds. */
const typed = ['&', '_', '%'];

export const echo: Bench = {
  about: `key to echo at a PTY, through cat, alone and in Neovim's terminal: ${keys} keys in turns, same reader for all`,
  async run(world) {
    const [newest] = await neovims();
    const figures: Figure[] = [];
    for (const neovim of newest ? [null, newest] : [null]) {
      const { cwd, ways } = await threeWays(world, script);
      const shown = neovim ? waysIn(neovim, ways) : ways;
      figures.push(...(await measure(await openAll(world, { cwd, ways: shown }, 'ready'), neovim)));
    }
    return figures;
  },
};

async function measure(viewers: Viewers, neovim: Neovim | null): Promise<Figure[]> {
  const runs: Record<string, Run> = {};
  for (const [name, viewer] of Object.entries(viewers)) runs[name] = pressOn(viewer);
  const { bare = [], tempest = [], tmux } = await inTurns(keys, runs, { warmUp: 20 });
  for (const viewer of Object.values(viewers)) await viewer.end();
  const what = neovim ? `key to echo in Neovim ${neovim.version}` : 'key to echo';
  const against = neovim ? 'bare :terminal' : 'bare';
  const compared = { what, unit: 'ms', ours: tempest };
  const figures = [byDifference({ ...compared, theirs: bare, against, target: { atMost: 1 } })];
  if (tmux) figures.push(byDifference({ ...compared, theirs: tmux, against: 'tmux' }));
  return figures;
}

function pressOn(viewer: Viewer): Run {
  let count = 0;
  return async () => {
    // As a person types: never in step with anybody's timers.
    await delay(8 + Math.random() * 20);
    count += 1;
    const key = typed[count % typed.length] ?? '&';
    const back = viewer.until(key);
    const pressed = performance.now();
    viewer.write(key);
    return (await back) - pressed;
  };
}
