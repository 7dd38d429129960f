// Starts the daemon, apart from whoever asked for it, and waits until it says that it is ready.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorKind, TempestError } from '../core/errors.ts';
import type { Places } from '../core/places.ts';

/** What the daemon prints in its first line; then it closes its standard output. */
export type StartReport =
  | { status: 'ready' }
  /** Another daemon runs, or is about to. */
  | { status: 'taken' }
  | { status: 'failed'; kind: ErrorKind; message: string; hint: string };

export interface StartOptions {
  places: Places;
  /** The daemon's JavaScript file. Default: dist/daemon.js of this package. */
  program?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** How long it may take to get ready, in ms. */
  timeoutMs: number;
}

/**
 * Runs the daemon in a session of its own, so that it outlives this process and its terminal.
 * Throws what the daemon reports, or `io-failed` when it ends without a report.
 */
export async function startDaemon(options: StartOptions): Promise<'ready' | 'taken'> {
  const { places, program = findDaemon(), env, timeoutMs } = options;
  const log = openForErrors(places.daemonLog);
  try {
    const child = spawn(process.execPath, [program], {
      cwd: '/',
      detached: true,
      env: outsideSessions(env),
      stdio: ['ignore', 'pipe', log],
    });
    const report = await firstReport(child, timeoutMs, places.daemonLog);
    child.unref();
    child.stdout?.destroy();
    if (report.status !== 'failed') return report.status;
    throw new TempestError(report.kind, report.message, report.hint);
  } finally {
    closeSync(log);
  }
}

/**
 * An agent that calls `tempest` may start the daemon, which is no part of its session all the same:
 * what bears a session's mark ends with it.
 */
function outsideSessions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^TEMPEST_(SESSION|WORKTREE|REPO|BASE|PORT|PROMPT)$/.test(name),
    ),
  );
}

function firstReport(child: ChildProcess, timeoutMs: number, log: string): Promise<StartReport> {
  const hint = `Its log is ${log}`;
  return new Promise((resolve, reject) => {
    const fail = (kind: ErrorKind, message: string) => {
      clearTimeout(timer);
      reject(new TempestError(kind, message, hint));
    };
    const timer = setTimeout(
      () => fail('timed-out', `the Tempest daemon was not ready within ${timeoutMs} ms`),
      timeoutMs,
    );
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end === -1) return;
      clearTimeout(timer);
      resolve(parseReport(text.slice(0, end)));
    });
    child.once('error', (error) =>
      fail('io-failed', `can't start the Tempest daemon: ${error.message}`),
    );
    child.once('close', (code, signal) =>
      fail('io-failed', `the Tempest daemon ended at once (${signal ?? `exit code ${code}`})`),
    );
  });
}

/** `ready`, `taken`, or `failed` and a JSON object. */
export function formatReport(report: StartReport): string {
  const { status, ...details } = report;
  return status === 'failed' ? `failed ${JSON.stringify(details)}\n` : `${status}\n`;
}

function parseReport(line: string): StartReport {
  if (line === 'ready' || line === 'taken') return { status: line };
  try {
    return { status: 'failed', ...JSON.parse(line.replace(/^failed /, '')) };
  } catch {
    const message = `the Tempest daemon said ${JSON.stringify(line)}`;
    return { status: 'failed', kind: 'internal', message, hint: 'Is it of the same version?' };
  }
}

/** Node's own last words, such as of a missing module, belong into the log, too. */
function openForErrors(log: string): number {
  try {
    mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
    return openSync(log, 'a', 0o600);
  } catch (error) {
    throw new TempestError(
      'io-failed',
      `the Tempest daemon can't write its log: ${(error as Error).message}`,
      'Make that folder writable, or set XDG_STATE_HOME to one that is.',
      { cause: error },
    );
  }
}

/** Looks upward from this file, which may be a source, or be bundled into any program. */
function findDaemon(): string {
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    const program = join(folder, 'dist', 'daemon.js');
    if (existsSync(program)) return program;
    if (folder === dirname(folder))
      throw new TempestError(
        'io-failed',
        'Tempest is not built: there is no dist/daemon.js',
        'Run `npm ci` in the folder of Tempest.',
      );
  }
}
