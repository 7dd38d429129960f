// A snapshot: a git tree of everything in a worktree that is not ignored, committed or not.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure, type GitAnswer, gitTry } from './git.ts';
import {
  type Besides,
  fillScratch,
  isShort,
  keepScratch,
  markOf,
  ownIndex,
  refill,
} from './private-index.ts';

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
  // Where git knows it, the private index is written without a hash over all of it.
  'index.skipHash=true',
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
  const run = runner(o, { GIT_INDEX_FILE: scratch });
  try {
    const own = (await ownIndex(o)) ?? (await askOwnIndex(o));
    const { mark, kept } = await fillScratch({ indexFile: o.indexFile, own, scratch });
    // One that is used again will be so often: each time it is written twice.
    if (kept && !(await isShort(scratch))) await run(['update-index', '--index-version', '4']);
    const anew = async () => {
      await refill({ own, scratch });
      const { disabled } = await add(o, run, '--all');
      return { disabled, besides: null };
    };
    let added: Added = await bringUp(o, run, kept);
    // Files may have come into the agent's own index, or left it, between our two looks.
    if ((await markOf(own)) !== mark) added = await anew();
    // Writing looks again at files as young as the index, through the same filters.
    let written = await run([...added.disabled, 'write-tree']);
    if (written.code !== 0 && kept) {
      // A clean-up of the repository may have taken an object that only the private index knew.
      added = await anew();
      written = await run([...added.disabled, 'write-tree']);
    }
    if (written.code !== 0) throw failure(['write-tree'], written.code, written.stderr);
    await keepScratch({ indexFile: o.indexFile, scratch, mark, besides: added.besides });
    return written.stdout.toString().trim();
  } finally {
    for (const end of ['', '.lock', '.from']) await rm(`${scratch}${end}`, { force: true });
  }
}

type Run = (args: string[], input?: Buffer) => Promise<GitAnswer>;

function runner(o: SnapshotOptions, more: Record<string, string> = {}) {
  const env = { ...more };
  if (o.gitDir) Object.assign(env, { GIT_DIR: o.gitDir, GIT_WORK_TREE: o.worktree });
  return (args: string[], input?: Buffer) =>
    gitTry([...settings, ...args], { cwd: o.worktree, env, signal: o.signal, input });
}

interface Added {
  /** The options that switch off the filters that failed. */
  disabled: string[];
  besides: Besides | null;
}

const asNew: Besides = { others: [], missing: [] };

/**
 * Brings the index, which is a copy of the own one but for `kept`, up to the worktree. What the own index
 * doesn't have is listed at the same time as what it has is looked at: so, what has come to be
 * ignored is found, too, and no folder is read twice.
 */
async function bringUp(o: SnapshotOptions, run: Run, kept: Besides | null): Promise<Added> {
  const before = kept ?? asNew;
  const [listed, looked] = await Promise.all([listOthers(runner(o)), add(o, run, '--update')]);
  const { disabled } = looked;
  const change = (args: string[], names: string[]) =>
    put(run, [...disabled, 'update-index', ...args], names);
  const now = new Set(listed);
  const known = new Set(before.others);
  const gone = before.others.filter((name) => !now.has(name));
  // A file may have been away for a moment: to name again what is there costs one look at it.
  const fresh = looked.removed ? listed : listed.filter((name) => !known.has(name));
  const isIn =
    (await change(['--force-remove'], gone)) &&
    (await change(['--add', '--remove'], before.missing)) &&
    (await change(['--add'], fresh));
  if (isIn) {
    const missing = looked.removed ? await findMissing(o, run, before) : before.missing;
    return { disabled, besides: { others: listed, missing } };
  }
  // One that can't be added costs the others nothing.
  const { disabled: off } = await add(o, run, '--all');
  const left = new Set(await listOthers(run));
  const others = listed.filter((name) => !left.has(name));
  if (!(await change(['--add'], others))) return { disabled: off, besides: null };
  return { disabled: off, besides: { others, missing: await findMissing(o, run, before) } };
}

/** Names of the own index that this one has not; those that were found before may come again. */
async function findMissing(o: SnapshotOptions, run: Run, before: Besides): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached'];
  const [own, here] = await Promise.all([list(runner(o), args), list(run, args)]);
  const there = new Set(here);
  return [...new Set([...before.missing, ...own.filter((name) => !there.has(name))])];
}

/** In the worktree, neither ignored nor in the index. */
function listOthers(run: Run): Promise<string[]> {
  return list(run, ['ls-files', '-z', '--others', '--exclude-standard']);
}

async function list(run: Run, args: string[]): Promise<string[]> {
  const answer = await run(args);
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return answer.stdout.toString('latin1').split('\0').filter(Boolean);
}

async function put(run: Run, args: string[], names: string[]): Promise<boolean> {
  if (names.length === 0) return true;
  const input = names.map((name) => `${name.replace(/\/$/, '')}\0`).join('');
  const answer = await run([...args, '-z', '--stdin'], Buffer.from(input, 'latin1'));
  return answer.code === 0;
}

/** What git says when a file goes away between its two looks at it. */
const vanished = /(unable to stat '.*'|open\(".*"\)): No such file or directory/s;

/** How often in a row the agent's files may go away under a look at them. */
const mostVanished = 100;

/**
 * Exit code 1 means that some files, told on standard error, could not be added.
 * @returns the options that switch off the filters that failed, and whether a file was found missing.
 */
async function add(o: SnapshotOptions, run: Run, what: '--all' | '--update') {
  const args = ['add', what, '--verbose', '--sparse', '--ignore-errors', '--', ':/'];
  const disabled: string[] = [];
  for (let vanishings = 0; ; ) {
    const answer = await run([...disabled, ...args]);
    if (answer.code === 0 || (answer.code === 1 && !o.strict)) {
      return { disabled, removed: answer.stdout.includes("remove '") };
    }
    // Looked at again, it is gone, or there once more.
    if (vanished.test(answer.stderr) && ++vanishings < mostVanished) continue;
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

async function askOwnIndex(o: SnapshotOptions): Promise<string> {
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'index'];
  const answer = await runner(o)(args);
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  return answer.stdout.toString().replace(/\n$/, '');
}
