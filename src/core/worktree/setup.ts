// The setup command of a repository: read, hashed, and run only in the text that was approved.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { execa } from 'execa';
import { loadRepoConfig, type RepoConfig } from '../config.ts';
import { TempestError } from '../errors.ts';

export { approve, isApproved } from './approvals.ts';

export interface Setup {
  /** Shell text, one command a line. */
  command: string;
  /** Of the exact text. */
  hash: string;
}

export interface RunSetup {
  /** Text that the person approved: the only string that Tempest ever gives to a shell. */
  command: string;
  cwd: string;
  /** The whole environment. */
  env: NodeJS.ProcessEnv;
  /** Gets all of the output, after what is in it already. */
  log: string;
  onOutput: (text: string) => void;
  signal?: AbortSignal | undefined;
  /** Milliseconds; an hour unless told. */
  timeoutMs?: number | undefined;
}

const grace = 3_000;
const lastLines = 15;

/** `setup` of the checkout's `.tempest.toml`, or null when it asks for none. */
export async function readSetup(from: string): Promise<Setup | null> {
  return setupOf(await loadRepoConfig(from));
}

/** As `readSetup`, where the file was read already. */
export function setupOf({ setup }: Pick<RepoConfig, 'setup'>): Setup | null {
  const command = Array.isArray(setup) ? setup.join('\n') : setup;
  if (!command?.trim()) return null;
  return { command, hash: createHash('sha256').update(command).digest('hex') };
}

/**
 * Runs the command with `sh -e` in a process group of its own, which ends as a whole on
 * cancellation, at the time limit, and when the command is done.
 * @throws TempestError `setup-failed` with the last lines of the output, or `cancelled`.
 */
export async function runSetup(o: RunSetup): Promise<void> {
  if (o.signal?.aborted) throw new TempestError('cancelled', 'the setup command was cancelled');
  await mkdir(dirname(o.log), { recursive: true });
  const log = createWriteStream(o.log, { flags: 'a', mode: 0o600 });
  const decoder = new StringDecoder('utf8');
  let tail = '';
  const child = start(o);
  child.all.on('data', (bytes: Buffer) => {
    log.write(bytes);
    const text = decoder.write(bytes);
    tail = (tail + text).slice(-8_000);
    if (text) o.onOutput(text);
  });
  const why = await ending(o, child);
  await new Promise<void>((done) => log.end(done));
  if (o.signal?.aborted) throw new TempestError('cancelled', 'the setup command was cancelled');
  if (why === null) return;
  const lines = tail.trimEnd().split('\n').slice(-lastLines).join('\n');
  throw new TempestError(
    'setup-failed',
    `the setup command ${why}${lines ? `:\n${lines}` : ''}`,
    `All of its output is in ${o.log}; correct the cause and open the session again.`,
  );
}

function start(o: RunSetup) {
  return execa('sh', ['-e', '-c', o.command], {
    cwd: o.cwd,
    env: o.env,
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    all: true,
    buffer: false,
    encoding: 'buffer',
    reject: false,
  });
}

/** Waits for the end and sees to it; tells how it failed, or null. */
async function ending(o: RunSetup, child: ReturnType<typeof start>): Promise<string | null> {
  let late = false;
  let killer: NodeJS.Timeout | undefined;
  const end = () => {
    endGroup(child.pid, 'SIGTERM');
    killer ??= setTimeout(() => endGroup(child.pid, 'SIGKILL'), grace);
  };
  const timer = setTimeout(
    () => {
      late = true;
      end();
    },
    o.timeoutMs ?? 60 * 60_000,
  );
  o.signal?.addEventListener('abort', end, { once: true });
  child.on('exit', end);
  try {
    const result = await child;
    if (late) return 'took too long';
    if (result.exitCode === 0) return null;
    if (result.exitCode !== undefined) return `ended with code ${result.exitCode}`;
    return result.signal ? `was ended by ${result.signal}` : 'could not be run';
  } finally {
    clearTimeout(timer);
    clearTimeout(killer);
    o.signal?.removeEventListener('abort', end);
  }
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals) {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
