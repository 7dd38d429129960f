// One git process in a group of its own, which ends as a whole. For `git.ts` alone.
//
// Plain `spawn`, since a session takes a dozen of these and each costs a millisecond less than with execa.
import { type ChildProcess, spawn } from 'node:child_process';

export interface GitRun {
  args: string[];
  cwd: string;
  /** The whole environment. */
  env: Record<string, string>;
  /** Written to its standard input, which is empty otherwise. */
  input?: string | Uint8Array | undefined;
  /** Ends it. */
  signal?: AbortSignal | undefined;
  /** Milliseconds, after which it is ended. */
  timeoutMs: number;
  /** Takes the standard output as it comes, which is not kept then; once it gives false, git is ended. */
  take?: ((chunk: Buffer) => boolean) | undefined;
}

export interface GitEnd {
  /** Null where it did not end by itself, or was never there; 0 where `take` had enough. */
  code: number | null;
  stdout: Buffer;
  stderr: Buffer;
  /** What it was ended for, or why it could not be run. Empty when it ended by itself. */
  why: string;
  cause?: Error | undefined;
}

/** From the polite signal to the last one, in ms. */
const grace = 2_000;
/** Bytes; a diff or a file larger than this is an error, not a dead daemon. */
const largestOutput = 1 << 30;

/** Starts git in this very call, and resolves when it and its output have ended, however that was. */
export function runGit(o: GitRun): Promise<GitEnd> {
  return new Promise((resolve) => {
    const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    let bytes = 0;
    let why = '';
    let enough = false;
    let cause: Error | undefined;
    let killer: NodeJS.Timeout | undefined;
    const child = start(o);
    if (child instanceof Error) return resolve(neverRun(child));
    const end = (reason: string) => {
      why ||= reason;
      endGroup(child, 'SIGTERM');
      killer ??= setTimeout(() => endGroup(child, 'SIGKILL'), grace);
    };
    const onAbort = () => end('it was cancelled');
    const timer = setTimeout(() => end('git took too long'), o.timeoutMs);
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      clearTimeout(killer);
      o.signal?.removeEventListener('abort', onAbort);
      const [stdout, stderr] = [Buffer.concat(said.stdout), Buffer.concat(said.stderr)];
      const ended = why || (signal && !enough ? `git was ended by ${signal}` : '');
      resolve({ code: cause ? null : enough ? 0 : code, stdout, stderr, why: ended, cause });
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => {
        if (o.take && name === 'stdout') {
          enough ||= !o.take(chunk);
          if (enough) end('');
          return;
        }
        bytes += chunk.length;
        if (bytes > largestOutput) end('git printed more than 1 GiB');
        else said[name].push(chunk);
      });
    }
    // Where it can't be run at all, nothing else may follow.
    child.once('error', (error) => {
      cause = error;
      why ||= error.message;
      if (child.pid === undefined) finish(null, null);
    });
    child.once('close', finish);
    o.signal?.addEventListener('abort', onAbort, { once: true });
    // It may end without having read all of it.
    child.stdin?.on('error', () => {}).end(o.input);
  });
}

/** Arguments that are too long, or hold a zero byte, are an error in this very call. */
function start({ args, cwd, env, input }: GitRun): ChildProcess | Error {
  const stdin = input === undefined ? 'ignore' : 'pipe';
  try {
    return spawn('git', args, { cwd, env, detached: true, stdio: [stdin, 'pipe', 'pipe'] });
  } catch (error) {
    return error as Error;
  }
}

function neverRun(cause: Error): GitEnd {
  const nothing = Buffer.alloc(0);
  return { code: null, stdout: nothing, stderr: nothing, why: cause.message, cause };
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
