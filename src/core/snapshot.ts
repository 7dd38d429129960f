// A snapshot: a git tree of everything in a worktree that is not ignored, committed or not.
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure, type GitAnswer, gitTry } from './git.ts';

export interface SnapshotOptions {
  worktree: string;
  /** The session's private index; it is made, and made anew, from the worktree's own. */
  indexFile: string;
  /** Where git keeps the worktree's state, if its own `.git` can't tell. */
  gitDir?: string | undefined;
  /** Fails when a file can't be read, instead of leaving it out. */
  strict?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * No hook, no warning about line endings and no unreadable file may cost the rest of the snapshot;
 * what the person has set about the form of an index is for indexes in their usual place.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.safecrlf=false',
  'core.splitIndex=false',
  'core.untrackedCache=false',
  'advice.addEmbeddedRepo=false',
].flatMap((setting) => ['-c', setting]);

/**
 * Takes a snapshot without touching the agent's index, its locks or its files. Git works on a copy
 * of the private index, which replaces it at the end: two snapshots at once, or a crash in one,
 * harm nothing. A file of a filter that fails (LFS not installed) goes in as it is.
 * @returns the tree's id.
 * @throws TempestError `git-failed`, `cancelled`.
 */
export async function takeSnapshot(o: SnapshotOptions): Promise<string> {
  await mkdir(dirname(o.indexFile), { recursive: true });
  const scratch = `${o.indexFile}.${randomUUID().slice(0, 8)}`;
  const run = runner(o, scratch);
  try {
    const own = await ownIndex(o);
    const mark = await signature(own);
    const reused = (await markOf(o.indexFile)) === mark && (await copyIndex(o.indexFile, scratch));
    if (!reused) await copyIndex(own, scratch);
    let disabled = await addAll(o, run);
    // What has come to be ignored since would stay in an index that is used again.
    if (reused && (await holdsIgnored(run))) {
      await rm(scratch, { force: true });
      await copyIndex(own, scratch);
      disabled = await addAll(o, run);
    }
    // Writing looks again at files as young as the index, through the same filters.
    const written = await run([...disabled, 'write-tree']);
    if (written.code !== 0) throw failure(['write-tree'], written.code, written.stderr);
    await rename(scratch, o.indexFile);
    await writeFile(`${o.indexFile}.from`, mark);
    return written.stdout.toString().trim();
  } finally {
    await rm(scratch, { force: true });
    await rm(`${scratch}.lock`, { force: true });
  }
}

type Run = (args: string[]) => Promise<GitAnswer>;

function runner(o: SnapshotOptions, index: string): Run {
  const env: Record<string, string> = { GIT_INDEX_FILE: index };
  if (o.gitDir) Object.assign(env, { GIT_DIR: o.gitDir, GIT_WORK_TREE: o.worktree });
  return (args) => gitTry([...settings, ...args], { cwd: o.worktree, env, signal: o.signal });
}

/**
 * Exit code 1 means that some files, told on standard error, could not be added.
 * @returns the options that switch off the filters that failed.
 */
async function addAll(o: SnapshotOptions, run: Run): Promise<string[]> {
  const args = ['add', '--all', '--sparse', '--ignore-errors', '--', ':/'];
  const disabled: string[] = [];
  for (;;) {
    const answer = await run([...disabled, ...args]);
    if (answer.code === 0 || (answer.code === 1 && !o.strict)) return disabled;
    const filter = /(?:clean filter|external filter) '([^']+)' failed/.exec(answer.stderr)?.[1];
    const name = filter && (await filterNamed(run, filter));
    if (!name || disabled.includes(`filter.${name}.clean=`)) {
      throw failure(args, answer.code, answer.stderr);
    }
    for (const setting of ['clean=', 'process=', 'required=false']) {
      disabled.push('-c', `filter.${name}.${setting}`);
    }
  }
}

/** Git tells a failed filter by its name, or by its command. */
async function filterNamed(run: Run, told: string): Promise<string | undefined> {
  const answer = await run(['config', '-z', '--get-regexp', '^filter\\..*\\.(clean|process)$']);
  for (const entry of answer.stdout.toString().split('\0')) {
    const [key = '', value] = entry.split(/\n(.*)/s);
    const name = key.replace(/^filter\.|\.(clean|process)$/g, '');
    if (name === told || value === told) return name;
  }
  return undefined;
}

async function holdsIgnored(run: Run): Promise<boolean> {
  const answer = await run(['ls-files', '-z', '--cached', '--ignored', '--exclude-standard']);
  return answer.stdout.length > 0;
}

async function ownIndex(o: SnapshotOptions): Promise<string> {
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'index'];
  const env: Record<string, string> = {};
  if (o.gitDir) Object.assign(env, { GIT_DIR: o.gitDir, GIT_WORK_TREE: o.worktree });
  const own = await gitTry(args, { cwd: o.worktree, env, signal: o.signal });
  if (own.code !== 0) throw failure(args, own.code, own.stderr);
  return own.stdout.toString().replace(/\n$/, '');
}

/** Changes whenever git writes the index. */
async function signature(index: string): Promise<string> {
  const info = await stat(index, { bigint: true }).catch(() => null);
  return info ? `${info.ino} ${info.size} ${info.mtimeNs}` : 'none';
}

/** From which state of the worktree's own index the private one was made. */
async function markOf(indexFile: string): Promise<string> {
  return readFile(`${indexFile}.from`, 'utf8').catch(() => '');
}

/**
 * Copies an index with its time. Git trusts an entry whose file is older than the index, so a copy
 * must not look younger than the original; a millisecond older only costs some hashing.
 */
async function copyIndex(from: string, to: string): Promise<boolean> {
  try {
    const { atime, mtimeMs } = await stat(from);
    await copyFile(from, to);
    await utimes(to, atime, (Math.floor(mtimeMs) - 1) / 1000);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
