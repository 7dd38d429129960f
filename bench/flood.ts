// How fast a flood of output gets through, to its last line on the viewer's screen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurns, type Run } from './measure.ts';
import { byRatio, type Figure } from './report.ts';
import { openAll, threeWays, waysIn } from './support/contenders.ts';
import { type Neovim, neovims } from './support/neovims.ts';
import type { Viewer } from './support/viewer.ts';
import type { Bench, World } from './world.ts';

const rounds = 5;
const mebibyte = 1024 * 1024;

export const flood: Bench = {
  about: `a file shown by cat, until its last line has arrived: ${rounds} rounds in turns`,
  async run(world) {
    const figures: Figure[] = [];
    const [newest] = await neovims();
    for (const neovim of newest ? [null, newest] : [null]) {
      for (const flood of floods) figures.push(...(await measure(world, flood, neovim)));
    }
    return figures;
  },
};

/** Colours as a build or test log has them. */
const logLine = (n: number) =>
  `\x1b[32m✓\x1b[0m \x1b[2msrc/part-${n % 97}/\x1b[0mfile-${n % 1013}.test.ts \x1b[33m(${n % 41} tests)\x1b[0m \x1b[38;5;244m${(n * 7) % 999}ms\x1b[0m all is as it should be, line ${n}\n`;

interface Flood {
  name: string;
  mib: number;
  line(n: number): string;
}

const floods: Flood[] = [
  { name: 'coloured log', mib: 16, line: logLine },
  { name: 'yes', mib: 6, line: () => 'y\n' },
];

async function measure(world: World, { name, mib, line }: Flood, neovim: Neovim | null) {
  const file = join(world.sandbox.root, `${name.replace(' ', '-')}.txt`);
  writeFileSync(file, content(mib * mebibyte, line));
  const script = `stty -icanon -echo; printf ready-; n=0
    while head -c1 >/dev/null; do n=$((n+1)); cat ${file}; printf '<%d>' $n; done`;
  const { cwd, ways } = await threeWays(world, script);
  const shown = neovim ? waysIn(neovim, ways) : ways;
  const viewers = await openAll(world, { cwd, ways: shown }, 'ready-');
  const runs: Record<string, Run> = {};
  for (const [way, viewer] of Object.entries(viewers)) runs[way] = floodOn(viewer, mib);
  const { bare = [], tempest = [], tmux } = await inTurns(rounds, runs);
  for (const viewer of Object.values(viewers)) await viewer.end();
  const what = `flood of ${mib} MiB, ${name}${neovim ? `, in Neovim ${neovim.version}` : ''}`;
  const compared = { what, unit: 'MiB/s', ours: tempest };
  const figures = [
    byRatio({ ...compared, theirs: bare, against: neovim ? 'bare :terminal' : 'bare' }),
  ];
  if (tmux)
    figures.push(byRatio({ ...compared, theirs: tmux, against: 'tmux', target: { atLeast: 1 } }));
  return figures;
}

function floodOn(viewer: Viewer, mib: number): Run {
  let round = 0;
  return async () => {
    round += 1;
    const last = viewer.until(`<${round}>`);
    const started = performance.now();
    viewer.write('x');
    return mib / (((await last) - started) / 1000);
  };
}

/** At least `length` bytes of whole lines. */
function content(length: number, line: (n: number) => string): Buffer {
  const lines: string[] = [];
  for (let n = 0, total = 0; total < Math.min(length, 4 * mebibyte); n += 1) {
    const next = line(n);
    lines.push(next);
    total += Buffer.byteLength(next);
  }
  const part = Buffer.from(lines.join(''));
  return Buffer.concat(Array.from({ length: Math.round(length / part.length) }, () => part));
}
