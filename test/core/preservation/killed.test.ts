// Every verb that moves refs or files, in states in which it does, with the daemon killed after each step: each git that changes
// something, and each record that is written. Nothing is lost, and it can be done again.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { deadly } from '../../support/preservation/deadly.ts';
import { type VerbName, verbs } from '../../support/preservation/verbs.ts';
import { makeWorld, type Options } from '../../support/preservation/world.ts';
import { processesOf } from '../../support/processes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();

let box: Sandbox;
let clients: Client[];

beforeEach(async () => {
  box = await sandbox();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await box.dispose();
});

interface Case {
  verb: VerbName;
  state: Options;
  /** Done before, undisturbed, once the checkouts are in their states. */
  first?: VerbName;
}

const after = (verb: VerbName): NonNullable<Options['before']> => {
  return (client, w) => verbs[verb].ask(client, w);
};

const cases: Case[] = [
  { verb: 'commit', state: { worktree: 'dirty', base: 'locked' } },
  { verb: 'rebase', state: { worktree: 'dirty', base: 'conflicted' } },
  { verb: 'openMerge', state: { clash: true, base: 'dirty' } },
  { verb: 'openRebase', state: { clash: true, base: 'half done' } },
  { verb: 'squashOwn', state: { worktree: 'locked', base: 'half done' } },
  { verb: 'rewind', state: { worktree: 'clean', base: 'conflicted' } },
  { verb: 'rewind', state: { worktree: 'dirty', base: 'locked' } },
  { verb: 'reject', state: { worktree: 'dirty', base: 'dirty' } },
  { verb: 'merge', state: { base: 'dirty' } },
  { verb: 'squash', state: { base: 'dirty' } },
  { verb: 'fast-forward', state: { base: 'dirty', still: true } },
  { verb: 'undo', state: { worktree: 'half done', base: 'dirty', before: after('merge') } },
  { verb: 'remove', state: { worktree: 'half done', base: 'conflicted' } },
  { verb: 'remove', state: { worktree: 'locked', base: 'clean' } },
  { verb: 'restore', state: { worktree: 'conflicted', base: 'locked' }, first: 'remove' },
  { verb: 'restore', state: { worktree: 'dirty', base: 'half done' }, first: 'remove' },
  { verb: 'choose', state: { worktree: 'dirty', base: 'half done', attempt: true } },
];

const told = ({ verb, state: { worktree = 'clean', base = 'clean' } }: Case) =>
  `${verb}, the worktree being ${worktree} and the base ${base},`;

describe.each(cases.map((one) => [told(one), one] as const))('%s', (_, { verb, state, first }) => {
  it('loses nothing wherever the daemon is killed, and can be done again', async () => {
    const death = deadly(box, git);
    const { ask, isDone } = verbs[verb];
    const maker = await client();
    const w = await makeWorld(box, maker, state);
    if (first) await verbs[first].ask(maker, w);
    await stop(maker);
    const world = [w.repo, ...['data', 'state'].map((name) => join(box.root, name))];
    keep(world);
    let deaths = 0;
    for (let steps = 1; deaths === steps - 1; steps++) {
      if (steps > 1) putBack(world);
      const when = `killed after ${steps} steps`;
      const doomed = await client(death.env);
      death.arm(doomed.server.pid, steps);
      await ask(doomed, w).catch(() => undefined);
      death.disarm();
      if (death.struck()) deaths += 1;
      const next = death.struck() ? await successor(doomed) : doomed;
      expect(await w.lost(), when).toEqual([]);
      // What was begun is ended by the next daemon, or by asking for it once more.
      const again = async () => {
        if (await isDone(next, w)) return true;
        await ask(next, w).catch(() => undefined);
        return await isDone(next, w);
      };
      await until(again, { what: `it to be done, ${when}` });
      expect(await w.lost(), `${when}, then done`).toEqual([]);
      await stop(next);
    }
    expect(deaths).toBeGreaterThan(0);
  });
});

async function client(env: Record<string, string> = {}): Promise<Client> {
  const connected = await connectIn(box, undefined, env);
  clients.push(connected);
  return connected;
}

/** A client of the daemon that comes after one that was killed. */
async function successor({ server }: Client): Promise<Client> {
  await isGone(server.pid);
  return await client();
}

async function stop(one: Client): Promise<void> {
  await one.request('daemon/stop', {});
  await isGone(one.server.pid);
}

function isGone(pid: number): Promise<boolean> {
  const living = () => processesOf(box.root).some((one) => one.pid === pid);
  return until(() => !living(), { what: 'the daemon to end' });
}

/** Copies of folders, times and all, so that each death is one of the same world. */
function keep(folders: string[]): void {
  for (const folder of folders) execFileSync('cp', ['-a', folder, kept(folder)]);
}

function putBack(folders: string[]): void {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
    execFileSync('cp', ['-a', kept(folder), folder]);
  }
}

function kept(folder: string): string {
  return join(box.root, `kept-${basename(folder)}`);
}
