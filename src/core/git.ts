// The only place that runs git: simple-git asks the ordinary questions, `git-process.ts` does what is byte-exact.
import { type SimpleGitOptions, simpleGit } from 'simple-git';
import { TempestError } from './errors.ts';
import { gitEnvironment } from './git-environment.ts';
import { runGit } from './git-process.ts';

export interface GitOptions {
  cwd: string;
  /** The environment of whom it is done for, in place of this process' own. */
  caller?: NodeJS.ProcessEnv | undefined;
  /** Added to the environment, after what is inherited has been cleaned. */
  env?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds; five minutes unless told. */
  timeoutMs?: number | undefined;
  /** Written to git's standard input, which is empty otherwise. */
  input?: string | Uint8Array | undefined;
  /** Of `gitTry`: takes the standard output as it comes; once it gives false, git is ended, with the code 0. */
  take?: ((chunk: Buffer) => boolean) | undefined;
}

export interface GitAnswer {
  code: number;
  stdout: Buffer;
  stderr: string;
}

const defaultTimeout = 5 * 60_000;
/** File system monitors are not started in worktrees that come and go, nor trusted with their files. */
const settings = ['core.fsmonitor=false', 'gc.auto=0', 'maintenance.auto=false'];
const always = settings.flatMap((setting) => ['-c', setting]);

/** Everything that git is told comes from this program, in arrays: no text is ever split or expanded. */
const trusted: SimpleGitOptions['unsafe'] = {
  allowAbbreviatedOptions: true,
  allowUnsafeAskPass: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
};

/**
 * Asks git and gives its standard output as text, unchanged. Meant for questions. What changes
 * something, or starts programs of its own (hooks, ssh), goes through `gitTry`: simple-git waits
 * 50 ms for output that a silent command never writes, and ends git alone, not its whole group.
 * @throws TempestError `git-failed` with the essence of what git said, or `cancelled`.
 */
export async function git(args: string[], options: GitOptions): Promise<string> {
  // simple-git leaves an empty input open, and git would wait for more.
  if (options.input !== undefined) return (await gitBytes(args, options)).toString();
  const env = gitEnvironment(options.caller ?? process.env, options.env);
  let code = 0;
  try {
    const client = simpleGit({
      baseDir: options.cwd,
      config: settings,
      allowEnvironment: Object.keys(env),
      unsafe: trusted ?? {},
      completion: { onClose: true, onExit: false },
      timeout: { block: options.timeoutMs ?? defaultTimeout, stdErr: false, stdOut: false },
      ...(options.signal && { abort: options.signal }),
      errors(error, answer) {
        code = answer.exitCode;
        return error ?? (code === 0 ? undefined : Buffer.concat(answer.stdErr));
      },
    });
    return await client.env(env).raw(args);
  } catch (error) {
    if (options.signal?.aborted) throw cancelled(args);
    const said = error instanceof Error ? error.message : String(error);
    throw failure(args, code, said, error);
  }
}

/** As `git`, byte for byte, for output that need not be text. */
export async function gitBytes(args: string[], options: GitOptions): Promise<Buffer> {
  const answer = await gitTry(args, options);
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return answer.stdout;
}

/**
 * Runs git and tells how it ended; a non-zero exit is an answer, not an error.
 * Git runs in a process group of its own, without a terminal to ask on, and the whole group ends
 * when the time is up or the signal fires.
 * @throws TempestError `cancelled`, `bad-request` for what no argument can hold, or `git-failed` when git can't be run or
 *   takes too long.
 */
export async function gitTry(args: string[], options: GitOptions): Promise<GitAnswer> {
  const { signal } = options;
  if (signal?.aborted) throw cancelled(args);
  const { code, stdout, stderr, why, cause } = await runGit({
    args: [...always, ...args],
    cwd: options.cwd,
    env: gitEnvironment(options.caller ?? process.env, options.env),
    input: options.input,
    signal,
    timeoutMs: options.timeoutMs ?? defaultTimeout,
    take: options.take,
  });
  if (signal?.aborted) throw cancelled(args);
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_INVALID_ARG_VALUE') {
    throw new TempestError('bad-request', 'a path or name holds a zero byte', '', { cause });
  }
  if (why || code === null) throw failure(args, -1, why || 'git could not be run', cause);
  return { code, stdout, stderr: stderr.toString() };
}

/**
 * A part of what git prints, in bytes: nothing else of it is held, and git is ended once it has printed
 * the part. `ended` tells that nothing follows. Throws as `gitBytes`.
 */
export async function gitRange(
  args: string[],
  { offset, length, ...options }: GitOptions & { offset: number; length: number },
): Promise<{ bytes: Buffer; ended: boolean }> {
  const parts: Buffer[] = [];
  let at = 0;
  const end = offset + length;
  const answer = await gitTry(args, {
    ...options,
    take(chunk) {
      const part = chunk.subarray(Math.max(0, offset - at), Math.max(0, end - at));
      if (part.length > 0) parts.push(part);
      at += chunk.length;
      return at <= end;
    },
  });
  if (answer.code !== 0 && at <= end) throw failure(args, answer.code, answer.stderr);
  return { bytes: Buffer.concat(parts), ended: at <= end };
}

/** The error for a git command that ended badly, in git's own words. */
export function failure(args: string[], code: number, stderr: string, cause?: unknown) {
  const said = essence(stderr) || `git ended with code ${code}`;
  return new TempestError('git-failed', `git ${verb(args)}: ${said}`, hintFor(stderr), { cause });
}

function cancelled(args: string[]) {
  return new TempestError('cancelled', `git ${verb(args)} was cancelled`);
}

/** The subcommand among the arguments, past `-c key=value` and the like. */
function verb(args: string[]): string {
  let index = 0;
  while (args[index]?.startsWith('-'))
    index += args[index] === '-c' || args[index] === '-C' ? 2 : 1;
  return args[index] ?? '';
}

/** The lines that say what went wrong, without git's own prefixes and advice. */
function essence(stderr: string): string {
  const lines = stderr.split(/\r?\n|\r/).filter((line) => line.trim() && !/^hint:/.test(line));
  const telling = lines.filter((line) => /^(fatal|error): /.test(line));
  return few(telling.length > 0 ? telling : lines.slice(-3))
    .map((line) => line.replace(/^(fatal|error): /, ''))
    .join('; ');
}

/** The first ones and the last, where there is one for every file. */
function few(lines: string[]): string[] {
  if (lines.length <= 4) return lines;
  return [...lines.slice(0, 2), `… and ${lines.length - 3} more`, ...lines.slice(-1)];
}

const hints: [RegExp, string][] = [
  [/ENOENT/, 'Check that git is installed and that the folder exists.'],
  [/dubious ownership/, 'Add the folder to safe.directory as git says, if you trust it.'],
  [/No space left|Out of diskspace/, 'The disk is full: make room and try again.'],
  [/Read-only file system/, 'The disk can only be read: mount it so that it can be written to.'],
  [/index\.lock|cannot lock ref/i, 'Another git is at work there; try again when it is done.'],
  [
    /could not read (Username|Password)|Permission denied \(|Authentication failed|Host key/i,
    'Git needs a password here: log in to the remote in a terminal first.',
  ],
  [
    /unable to (write|create) (file|loose object)|failed to write|write error/,
    'See whether the disk is full, and whether the folder can be written to.',
  ],
  [/Permission denied/, 'The folder must be writable.'],
  [
    /took too long/,
    'Look for a git that waits: a lock, a hook, or a remote that is not reachable.',
  ],
];

function hintFor(stderr: string): string {
  return hints.find(([pattern]) => pattern.test(stderr))?.[1] ?? '';
}
