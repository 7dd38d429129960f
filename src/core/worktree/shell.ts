// Runs text that the person approved in a shell, as a process group that ends as a whole.
import { execa } from 'execa';

export interface ShellRun {
  /** Text that the person approved: the only strings that Tempest ever gives to a shell. */
  command: string;
  cwd: string;
  /** The whole environment. */
  env: NodeJS.ProcessEnv;
  /** Milliseconds; an hour unless told. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  onBytes(bytes: Buffer): void;
  /**
   * Called with the id of the process, which leads the group. The command begins only once what this gives
   * is settled: what is written down by then is known of any command that has begun.
   */
  onStarted?: ((pid: number) => Promise<void>) | undefined;
}

export interface ShellEnd {
  /** Null: it was ended, or could not be run. */
  code: number | null;
  /** How it failed, as in "the command …"; null when it succeeded. */
  why: string | null;
}

/** Waits for the word to begin; where this process is gone before it says it, nothing begins. */
const gate = 'read -r begin && [ "$begin" = now ] && exec sh -e -c "$0" </dev/null';

const grace = 3_000;
const longest = 60 * 60_000;

/**
 * Runs the command with `sh -e`. Its process group ends as a whole on cancellation, at the time limit, and
 * when the command is done. Never throws.
 */
export async function runShell(o: ShellRun): Promise<ShellEnd> {
  const child = execa('sh', ['-c', gate, o.command], {
    cwd: o.cwd,
    env: o.env,
    extendEnv: false,
    detached: true,
    stdin: 'pipe',
    all: true,
    buffer: false,
    encoding: 'buffer',
    reject: false,
  });
  const begin = () => child.stdin.end('now\n');
  child.stdin.on('error', () => {}); // It was ended before.
  if (child.pid === undefined) begin();
  // What couldn't be written down is no reason to crash, nor to run nothing.
  else void Promise.resolve(o.onStarted?.(child.pid)).then(begin, begin);
  child.all.on('data', o.onBytes);
  let late = false;
  let killer: NodeJS.Timeout | undefined;
  const end = () => {
    endGroup(child.pid, 'SIGTERM');
    killer ??= setTimeout(() => endGroup(child.pid, 'SIGKILL'), grace);
  };
  const timer = setTimeout(() => {
    late = true;
    end();
  }, o.timeoutMs ?? longest);
  o.signal?.addEventListener('abort', end, { once: true });
  if (o.signal?.aborted) end();
  child.on('exit', end);
  try {
    const { exitCode: code = null, signal } = await child;
    if (late) return { code: null, why: 'took too long' };
    if (code === 0) return { code, why: null };
    if (code !== null) return { code, why: `ended with code ${code}` };
    return { code, why: signal ? `was ended by ${signal}` : 'could not be run' };
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
