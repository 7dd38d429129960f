// How many merges the forecast of conflicts tries, counted by git itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '../test/support/tempest.ts';
import { alone } from './report.ts';
import { largeRepo } from './support/large-repo.ts';
import { quiet } from './support/quiet.ts';
import type { Bench } from './world.ts';

const count = 20;

export const forecast: Bench = {
  about: `conflict/list for ${count} sessions with changes, and again after one of them went on: merges tried`,
  async run(world) {
    const { client, sandbox } = world;
    const trace = join(sandbox.root, 'trace');
    writeFileSync(trace, '');
    await sandbox.git(sandbox.root, 'config', '--global', 'trace2.eventTarget', trace);
    const repo = await largeRepo(1_000, world);
    const worktrees: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const { worktree } = await create(client, { repo, name: `forecast-${Date.now()}-${n}` });
      writeFileSync(join(worktree, `new-${n % 15}`), `of ${n}\n`);
      worktrees.push(worktree);
    }
    const merges = () => {
      const lines = readFileSync(trace, 'utf8').split('\n');
      return lines.filter((line) => line.includes('"start"') && line.includes('"merge-tree"'))
        .length;
    };
    const look = async () => {
      await quiet(world);
      const before = merges();
      const started = performance.now();
      const { conflicts } = await client.request('conflict/list', { repo });
      const took = performance.now() - started;
      return { conflicts, tried: merges() - before, took };
    };
    const first = await look();
    writeFileSync(join(worktrees[0] ?? '', 'later'), 'the next turn\n');
    const afterTurn = await look();
    const again = await look();
    const held = ({ tried }: typeof first, atMost: number) => ({
      value: tried,
      unit: 'merges',
      target: { atMost },
    });
    const told = ({ tried, took }: typeof first) => `${tried} merges, ${took.toFixed(0)} ms`;
    return [
      alone(`the first forecast (${first.conflicts.length} conflicts)`, told(first)),
      alone('after one turn', told(afterTurn), held(afterTurn, count)),
      alone('when nothing changed', told(again), held(again, 0)),
    ];
  },
};
