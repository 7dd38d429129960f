// `npm run bench [-- NAME…]`: measures, and prints each figure with its baseline from the same run.
import { cpus, loadavg, tmpdir } from 'node:os';
import { attach } from './attach.ts';
import { create, createLarge, createMany } from './create.ts';
import { echo } from './echo.ts';
import { events } from './events.ts';
import { flood } from './flood.ts';
import { memory } from './memory.ts';
import { type Figure, table } from './report.ts';
import { startup } from './startup.ts';
import { type Bench, inWorld } from './world.ts';

const benches: Record<string, Bench> = {
  create,
  'create-large': createLarge,
  'create-many': createMany,
  echo,
  events,
  flood,
  startup,
  memory,
  attach,
};

const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    say(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
    return 2;
  }
  const load = () =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(' ');
  console.log(`${cpus().length} processors, Node ${process.versions.node}, load ${load()}`);
  console.log('Each figure is a median, with the middle half of its values in brackets.');
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const started = performance.now();
    const figures: Figure[] = [];
    for (const place of bench.places?.() ?? [tmpdir()]) {
      const more = await inWorld(place, say, async (world) => {
        if (world.tmux === null) say('tmux is not installed: its baselines are left out');
        return await bench.run(world);
      });
      figures.push(...more);
    }
    const took = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`\n${name}: ${bench.about} (${took} s, load ${load()})\n${table(figures)}`);
  }
  return 0;
}

process.exit(await main(process.argv.slice(2)));
