// What every bench works in: a sandbox with a running daemon, and what else the machine has to compare with.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Client } from '../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../test/support/sandbox.ts';
import { connectIn } from '../test/support/tempest.ts';
import type { Figure } from './report.ts';

export interface Bench {
  /** What is measured, and how, in one line. */
  about: string;
  /** Folders to run in, one after the other, each on a file system of its own. Default: the temporary one. */
  places?(): string[];
  run(world: World): Promise<Figure[]>;
}

export interface World {
  sandbox: Sandbox;
  client: Client;
  /** Null where it is not installed: its baselines are left out. */
  tmux: string | null;
  say(line: string): void;
}

const ends = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Makes a world for one bench in the folder `place`, and ends it with everything in it. */
export async function inWorld<T>(
  place: string,
  say: (line: string) => void,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const box = await sandbox({}, place);
  const interrupted = () => void box.dispose().finally(() => process.exit(130));
  for (const signal of ends) process.once(signal, interrupted);
  try {
    const client = await connectIn(box);
    box.onDispose(() => client.close());
    return await work({ sandbox: box, client, tmux: await findTmux(), say });
  } finally {
    for (const signal of ends) process.off(signal, interrupted);
    await box.dispose();
  }
}

/** What `tmux -V` says. */
async function findTmux(): Promise<string | null> {
  const answer = await promisify(execFile)('tmux', ['-V']).catch(() => null);
  return answer?.stdout.trim() ?? null;
}
