// `npm run bench [-- NAME…]`: measures, and prints each figure with its baseline from the same run.
import { cpus, loadavg, tmpdir } from 'node:os';
import { attach } from './attach.ts';
import { create, createLarge, createMany } from './create.ts';
import { echo } from './echo.ts';
import { events } from './events.ts';
import { flood } from './flood.ts';
import { forecast } from './forecast.ts';
import { memory } from './memory.ts';
import { count, type Figure, table } from './report.ts';
import { review, snapshot } from './review.ts';
import { startup } from './startup.ts';
import { fileSystemOf } from './support/file-systems.ts';
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
  review,
  snapshot,
  forecast,
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
  const all: Figure[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const started = performance.now();
    const figures: Figure[] = [];
    const places = bench.places?.() ?? [tmpdir()];
    for (const place of places) {
      const more = await inWorld(place, say, async (world) => {
        if (world.tmux === null) say('tmux is not installed: its baselines are left out');
        return await bench.run(world);
      });
      figures.push(...more);
    }
    const took = ((performance.now() - started) / 1000).toFixed(0);
    const where = places.map((place) => `${place} (${fileSystemOf(place)})`).join(' and ');
    const how = `in ${where}, ${took} s, load ${load()}`;
    console.log(`\n${name}: ${bench.about}\n${how}\n${table(figures)}`);
    all.push(...figures);
  }
  const targets = count(all);
  if (targets.all > 0) console.log(`\n${targets.met} of ${targets.all} targets met`);
  return targets.met === targets.all ? 0 : 1;
}

process.exit(await main(process.argv.slice(2)));
