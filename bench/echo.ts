// How long a typed key takes to come back.
import { setTimeout as delay } from 'node:timers/promises';
import { inTurns, type Run } from './measure.ts';
import { byDifference, type Figure } from './report.ts';
import { openAll, threeWays } from './support/contenders.ts';
import type { Viewer } from './support/viewer.ts';
import type { Bench } from './world.ts';

const keys = 250;
/** A program that gives back each byte at once. */
const script = 'stty raw -echo; printf ready; exec cat';
/** Characters that no escape sequence ends in or holds. */
const typed = ['&', '_', '%'];

export const echo: Bench = {
  about: `key to echo at a PTY, through cat: ${keys} keys in turns, same reader for all`,
  async run(world) {
    const viewers = await openAll(world, await threeWays(world, script), 'ready');
    const runs: Record<string, Run> = {};
    for (const [name, viewer] of Object.entries(viewers)) runs[name] = pressOn(viewer);
    const { bare = [], tempest = [], tmux } = await inTurns(keys, runs, { warmUp: 20 });
    const what = 'key to echo';
    const figures: Figure[] = [
      byDifference({
        what,
        unit: 'ms',
        ours: tempest,
        theirs: bare,
        against: 'bare',
        target: '≤ +1 ms',
      }),
    ];
    if (tmux) {
      figures.push(
        byDifference({ what, unit: 'ms', ours: tempest, theirs: tmux, against: 'tmux' }),
      );
    }
    return figures;
  },
};

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
