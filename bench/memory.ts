// The memory of daemon and terminal host, and what each further idle session adds.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { create, get, screen } from '../test/support/tempest.ts';
import { until } from '../test/support/until.ts';
import { alone, type Figure, number } from './report.ts';
import { size } from './support/viewer.ts';
import type { Bench, World } from './world.ts';

const few = 10;
const many = 100;
/** More than any scrollback keeps. */
const lines = 2_500;

export const memory: Bench = {
  about: `proportional set size of daemon + terminal host; ${few} to ${many} idle sessions with full scrollback`,
  run: measure,
};

async function measure(world: World): Promise<Figure[]> {
  const { client } = world;
  const status = () => client.request('daemon/status', {});
  const daemon = (await status()).pid;
  const repo = await world.sandbox.repo();
  const grow = (from: number, to: number) => openSessions(world, repo, from, to);

  const daemonAlone = await settled([daemon]);
  const [first] = await grow(0, 1);
  if (first) await client.request('session/remove', { session: first, force: true });
  const host = (await status()).hostPid;
  if (host === null) throw new Error('the terminal host is gone');
  const pids = [daemon, host];
  const none = await settled(pids);
  await grow(0, few);
  const atFew = await settled(pids);
  await grow(few, many);
  const atMany = await settled(pids);
  const each = (atMany.total - atFew.total) / (many - few);
  return [
    alone('daemon, no session yet', show(daemonAlone.total)),
    alone(
      'daemon + terminal host, no session',
      `${show(none.total)} (${none.each.map(show).join(' + ')})`,
    ),
    alone(
      `daemon + terminal host, ${few} sessions`,
      `${show(atFew.total)} (${atFew.each.map(show).join(' + ')})`,
    ),
    alone(
      `daemon + terminal host, ${many} sessions`,
      `${show(atMany.total)} (${atMany.each.map(show).join(' + ')})`,
    ),
    alone('each further session', `${number((each * 1024) / 1e6)} MB`, {
      value: (each * 1024) / 1e6,
      unit: 'MB',
      target: { atMost: 3 },
    }),
  ];
}

/** Creates sessions, some at once, and waits until each has filled its scrollback. */
async function openSessions(
  { client, sandbox }: World,
  repo: string,
  from: number,
  to: number,
): Promise<string[]> {
  const file = join(sandbox.root, 'lines.txt');
  writeFileSync(file, fullLines());
  const command = ['sh', '-c', `cat '${file}'; printf full; exec cat`];
  const ids: string[] = [];
  for (let at = from; at < to; at += 6) {
    const batch = Array.from({ length: Math.min(6, to - at) }, async () => {
      const { id } = await create(client, {
        repo,
        command,
        ...size,
      });
      await until(async () => (await screen(client, id)).includes('full'), {
        what: `the scrollback of ${id}`,
        intervalMs: 100,
      });
      return (await get(client, id)).id;
    });
    ids.push(...(await Promise.all(batch)));
  }
  return ids;
}

/** Each as wide as the terminal, in changing colours, no two alike. */
function fullLines(): string {
  const line = (n: number) => {
    const text = `${n} `.repeat(size.cols).slice(0, size.cols / 2);
    return `\x1b[3${n % 8}m${text}\x1b[48;5;${n % 256}m${text}\x1b[m\r\n`;
  };
  return Array.from({ length: lines }, (_, n) => line(n)).join('');
}

interface Sizes {
  /** Both in KiB. */
  each: number[];
  total: number;
}

/** The sizes of the processes once they have stopped shrinking: garbage is collected when there is time. */
async function settled(pids: number[]): Promise<Sizes> {
  const deadline = performance.now() + 25_000;
  let least = measureAll(pids);
  for (let calm = 0; calm < 4 && performance.now() < deadline; ) {
    await delay(1_000);
    const now = measureAll(pids);
    calm = now.total < least.total * 0.995 ? 0 : calm + 1;
    if (now.total < least.total) least = now;
  }
  return least;
}

function measureAll(pids: number[]): Sizes {
  const each = pids.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]);
  });
  return { each, total: each.reduce((sum, one) => sum + one, 0) };
}

function show(kib: number): string {
  return `${number(kib / 1024)} MiB`;
}
