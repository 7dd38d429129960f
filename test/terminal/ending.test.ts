// Ending a program with everything it started, and nothing else.
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, isAlive } from '../../src/core/process.ts';
import { descendants, endTree } from '../../src/core/process-tree.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { type World, world } from './world.ts';

describe('ending a terminal', () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  afterEach(() => w.dispose());

  const ownPids = () =>
    processesOf(w.root)
      .filter(({ pid }) => pid !== w.host.pid)
      .map(({ pid }) => pid);
  const shown = (id: string, text: string) =>
    until(async () => (await w.text(id)).includes(text), { what: text });

  it('hangs up first, so that a program can say good-bye', async () => {
    await w.run('a', 'trap "echo bye; exit 3" HUP; echo ready; while :; do sleep 0.05; done');
    await shown('a', 'ready');
    await w.host.call('end', { terminal: 'a', graceMs: 60_000 });
    expect(await w.text('a')).toContain('bye');
    expect(await w.exited('a')).toMatchObject({ code: 3 });
  });

  it('hazard 13: ends what ignores hanging up and terminating', async () => {
    await w.run('a', 'trap "" HUP TERM; echo ready; while :; do sleep 0.05; done');
    await shown('a', 'ready');
    await w.host.call('end', { terminal: 'a', graceMs: 300 });
    expect(await w.exited('a')).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(ownPids()).toEqual([]);
  });

  it('hazard 13: ends its whole group, its background jobs, and a stopped one', async () => {
    await w.run(
      'a',
      'set -m; (trap "" HUP; sleep 1000) & sleep 1000 & kill -STOP $!; sleep 1000 | cat & echo ready; wait',
    );
    await shown('a', 'ready');
    await until(() => ownPids().length >= 5, { what: 'the jobs' });
    await w.host.call('end', { terminal: 'a', graceMs: 900 });
    expect(ownPids()).toEqual([]);
  });

  it('hazard 13: finds a descendant that left group, session and parent', async () => {
    const { pid } = await w.run(
      'a',
      'sh -c "setsid sh -c \'trap \\"\\" HUP TERM; sleep 1000; :\' &"; echo ready; sleep 1000',
      {
        env: { TEMPEST_SESSION: w.root.replaceAll('/', '_') },
      },
    );
    await shown('a', 'ready');
    await until(() => ownPids().length >= 4, { what: 'the escaped process' });
    const known = descendants({ pid, startTime: 'another' });
    expect(known).toEqual([]);
    await w.host.call('end', { terminal: 'a', graceMs: 600 });
    expect(ownPids()).toEqual([]);
  });

  it('ends what an exited program has left behind', async () => {
    await w.run('a', 'trap "" HUP; (trap "" HUP; exec sleep 1000) & echo ready');
    await w.exited('a');
    await until(() => ownPids().length === 1, { what: 'the one left behind' });
    await w.host.call('end', { terminal: 'a', graceMs: 300 });
    expect(ownPids()).toEqual([]);
    expect(await w.text('a')).toContain('ready');
  });

  it('leaves other terminals alone', async () => {
    const other = await w.run('b', 'sleep 1000');
    await w.run('a', 'sleep 1000');
    await w.host.call('end', { terminal: 'a', graceMs: 300 });
    expect(isAlive(other)).toBe(true);
    await w.host.call('end', { terminal: 'b', graceMs: 300 });
  });
});

describe('hazard 13: a process id that is used again', () => {
  const child = () => {
    const started = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    return { pid: started.pid ?? 0, end: () => void started.kill('SIGKILL') };
  };

  it('is never signalled', async () => {
    const innocent = child();
    const forged = { pid: innocent.pid, startTime: `${identify(innocent.pid)?.startTime}0` };
    expect(descendants(forged)).toEqual([]);
    expect(await endTree(forged, { graceMs: 100 })).toBe(true);
    expect(identify(innocent.pid)).not.toBeNull();
    innocent.end();
  });

  it('is ended when it is the very process', async () => {
    const meant = child();
    const identity = identify(meant.pid);
    if (!identity) throw new Error('it did not start');
    expect(await endTree(identity, { graceMs: 600 })).toBe(true);
    expect(isAlive(identity)).toBe(false);
  });

  it('never ends the caller, whatever mark it bears', async () => {
    const mark = `test${process.pid}`;
    const env = { ...process.env, TEMPEST_SESSION: mark };
    const marked = spawn('sleep', ['1000'], { env, detached: true, stdio: 'ignore' });
    const gone = { pid: 2 ** 22 + 1, startTime: 'none' };
    expect(descendants(gone, { mark }).map(({ pid }) => pid)).toEqual([marked.pid]);
    expect(await endTree(gone, { graceMs: 300, mark })).toBe(true);
  });
});
