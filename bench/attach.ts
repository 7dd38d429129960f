// How long it takes from the command until the session's screen stands there in full.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inTurns, type Run } from './measure.ts';
import { byDifference, byRatio, type Figure } from './report.ts';
import { threeWays } from './support/contenders.ts';
import { openViewer } from './support/viewer.ts';
import type { Bench } from './world.ts';

const rounds = 25;
/** Fills scrollback and screen; what is written last stands in the screen's last line. */
const script = `n=0; while [ $n -lt 3000 ]; do n=$((n+1))
  printf '\\033[3%dmline\\033[0m %d of a scrollback as it is after a day of work\\n' $((n%8)) $n; done
  printf 'the last line'; exec cat`;

export const attach: Bench = {
  about: `a command started in a PTY, until the last line of a full screen has come, ${rounds} rounds`,
  async run({ sandbox, ...world }) {
    const { cwd, ways } = await threeWays({ sandbox, ...world }, script);
    const { env } = sandbox;
    const open =
      (way: { file: string; args: string[] }): Run =>
      async () => {
        const started = performance.now();
        const viewer = openViewer(way.file, way.args, { cwd, env });
        const took = (await viewer.until('the last line')) - started;
        await viewer.end();
        return took;
      };
    const runs: Record<string, Run> = {
      node: async () => {
        const started = performance.now();
        await once(spawn(process.execPath, ['-e', '0'], { cwd, env, stdio: 'ignore' }), 'exit');
        return performance.now() - started;
      },
      tempest: open(ways.tempest),
    };
    if (ways.tmux) runs.tmux = open(ways.tmux);
    const { node = [], tempest = [], tmux } = await inTurns(rounds, runs, { warmUp: 3 });
    const compared = { what: 'command to full screen', unit: 'ms', ours: tempest };
    const figures: Figure[] = [byDifference({ ...compared, theirs: node, against: 'node -e 0' })];
    if (tmux) figures.push(byRatio({ ...compared, theirs: tmux, against: 'tmux attach' }));
    return figures;
  },
};
