// The setup command of a repository: read, hashed, and run only in the text that was approved.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { RepoConfig } from '../config.ts';
import { TempestError } from '../errors.ts';
import { runShell, type ShellRun } from './shell.ts';

export { approve, isApproved } from './approvals.ts';

/** A command of `.tempest.toml`, which runs only once its exact text was approved. */
export interface Setup {
  /** Shell text, one command a line. */
  command: string;
  /** Of the exact text, and of what it is for. */
  hash: string;
}

export interface RunSetup
  extends Pick<ShellRun, 'command' | 'cwd' | 'env' | 'signal' | 'timeoutMs'> {
  /** Gets all of the output, after what is in it already. */
  log: string;
  onOutput: (text: string) => void;
}

const lastLines = 15;

/** `setup` of a `.tempest.toml`, or null when it asks for none. */
export function setupOf({ setup }: Pick<RepoConfig, 'setup'>): Setup | null {
  return hashed(setup, '');
}

/** `check`, in the same way. What was approved as one of the two is not approved as the other. */
export function checkOf({ check }: Pick<RepoConfig, 'check'>): Setup | null {
  return hashed(check, 'check\0');
}

function hashed(commands: string | string[] | null, purpose: string): Setup | null {
  const command = Array.isArray(commands) ? commands.join('\n') : commands;
  if (!command?.trim()) return null;
  return { command, hash: createHash('sha256').update(purpose).update(command).digest('hex') };
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
  const { why } = await runShell({
    ...o,
    onBytes(bytes) {
      log.write(bytes);
      const text = decoder.write(bytes);
      tail = (tail + text).slice(-8_000);
      if (text) o.onOutput(text);
    },
  });
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
