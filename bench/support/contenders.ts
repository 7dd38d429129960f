// One program seen in three ways: in a PTY alone, through an attached session, through tmux.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create, programs } from '../../test/support/tempest.ts';
import type { World } from '../world.ts';
import { inTerminalOf, type Neovim } from './neovims.ts';
import { type Invocation, openViewer, size, type Viewer } from './viewer.ts';

export type Contender = 'bare' | 'tempest' | 'tmux';

type Ways = Partial<Record<Contender, Invocation>> & Record<'bare' | 'tempest', Invocation>;
export type Viewers = Partial<Record<Contender, Viewer>> & Record<'bare' | 'tempest', Viewer>;

/** Each of them in a terminal of a Neovim of its own. */
export function waysIn(neovim: Neovim, { bare, tempest, tmux }: Ways): Ways {
  const wrap = (way: Invocation) => inTerminalOf(neovim, way);
  return { bare: wrap(bare), tempest: wrap(tempest), ...(tmux && { tmux: wrap(tmux) }) };
}

/**
 * Starts `sh -c script` thrice (twice without tmux), in each of the ways, and gives the command that
 * shows it. `cwd` of all is the session's worktree's repository.
 */
export async function threeWays(
  { client, sandbox, tmux }: World,
  script: string,
): Promise<{
  cwd: string;
  ways: Ways;
}> {
  const cwd = await sandbox.repo();
  const { id } = await create(client, { repo: cwd, command: ['sh', '-c', script], ...size });
  const ways = {
    bare: { file: 'sh', args: ['-c', script] },
    tempest: { file: process.execPath, args: [join(programs, 'cli.js'), 'attach', id] },
  };
  if (tmux === null) return { cwd, ways };
  return { cwd, ways: { ...ways, tmux: await inTmux({ sandbox, cwd, script }) } };
}

let servers = 0;

/** Starts the script in a tmux server of its own, with the settings that favour its speed. */
async function inTmux({
  sandbox,
  cwd,
  script,
}: Pick<World, 'sandbox'> & { cwd: string; script: string }) {
  servers += 1;
  const server = ['-S', join(sandbox.root, `tmux${servers}.sock`), '-f', '/dev/null'];
  const run = (...args: string[]) =>
    promisify(execFile)('tmux', [...server, ...args], { cwd, env: sandbox.env });
  await run(
    ...['new-session', '-d', '-x', String(size.cols), '-y', String(size.rows), 'sh', '-c', script],
    ...[';', 'set', '-g', 'status', 'off', ';', 'set', '-s', 'escape-time', '0'],
  );
  sandbox.onDispose(async () => {
    await run('kill-server');
  });
  return { file: 'tmux', args: [...server, 'attach'] };
}

/** Opens a viewer on each of the ways and waits until it shows `ready`; ended with the sandbox. */
export async function openAll(
  { sandbox }: Pick<World, 'sandbox'>,
  { cwd, ways }: Awaited<ReturnType<typeof threeWays>>,
  ready: string,
): Promise<Viewers> {
  const viewers: Partial<Record<Contender, Viewer>> = {};
  for (const [name, { file, args }] of Object.entries(ways) as [Contender, Invocation][]) {
    const viewer = openViewer(file, args, { cwd, env: sandbox.env });
    sandbox.onDispose(() => viewer.end());
    await viewer.until(ready);
    viewers[name] = viewer;
  }
  return viewers as Viewers;
}
