// The form in which a removed session's index and state are kept: one tree, made and read here.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TempestError } from '../errors.ts';
import { idOf, type Run, readBlobs } from './plumbing.ts';

const keptMetaSchema = z.object({
  version: z.literal(1),
  branch: z.string(),
  branchCommit: z.string().nullable(),
  /** Null when HEAD was detached. */
  headRef: z.string().nullable(),
  /** Null when HEAD's branch had no commit. */
  headCommit: z.string().nullable(),
});
export type KeptMeta = z.infer<typeof keptMetaSchema>;

/** The ref under which a removed session's work is kept. */
export function keptRef(session: string): string {
  return `refs/tempest/removed/${session}`;
}

export interface KeptIndex {
  /** What is staged, without the files in conflict. */
  tree: string;
  /** The stages of files in conflict, as `ls-files --unmerged -z` gives them, in latin1. */
  unmerged: string[];
}

/** Files of a worktree's git folder, by path. */
export type State = Map<string, Buffer>;

/** What belongs to the place and not to the work; HEAD and index are kept in their own ways. */
const ofThePlace =
  /^((HEAD|index|gitdir|commondir|locked|FETCH_HEAD|config|description|packed-refs)$|(modules|logs|refs|objects|hooks|worktrees|branches|info|lfs|tempest[^/]*|sharedindex[^/]*)(\/|$)|.*\.lock$)/;

/** Larger files in a git folder are no state of an operation. Bytes. */
const largest = 16 * 1024 * 1024;

/** The state of unfinished operations, and what else git keeps for one worktree alone. */
export async function readState(gitDir: string): Promise<State> {
  const state: State = new Map();
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(gitDir, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (ofThePlace.test(path)) continue;
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) {
        const bytes = await readFile(join(gitDir, path));
        if (bytes.length <= largest) state.set(path, bytes);
      }
    }
  };
  await visit('');
  return state;
}

/** Commits that the state names, such as an autostash or the branch before a rebase. */
export async function namedCommits(run: Run, state: State): Promise<string[]> {
  const ids = new Set<string>();
  for (const bytes of state.values()) {
    for (const [id] of bytes.toString('latin1').matchAll(/\b([0-9a-f]{64}|[0-9a-f]{40})\b/g)) {
      ids.add(id);
    }
  }
  if (ids.size === 0) return [];
  const input = `${[...ids].join('\n')}\n`;
  const answer = await run(['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input });
  return answer
    .split('\n')
    .filter((line) => line.endsWith(' commit'))
    .map((line) => line.split(' ')[0] ?? '');
}

interface Parts {
  meta: KeptMeta;
  index: KeptIndex;
  state: State;
  /** Path (in latin1) → blob with the exact bytes. */
  raw: Map<string, string>;
}

/** Writes all parts as one tree, so that git's own reachability keeps them. */
export async function writeKeptTree(run: Run, parts: Parts): Promise<string> {
  const blob = (input: Buffer) => run(['hash-object', '-w', '--stdin'], { input });
  const meta = await blob(Buffer.from(JSON.stringify(parts.meta)));
  const top = [`100644 blob ${meta}\tmeta.json`, `040000 tree ${parts.index.tree}\tindex`];
  const folder = async (name: string, entries: string[]) => {
    if (entries.length === 0) return;
    top.push(`040000 tree ${await makeTree(run, entries)}\t${name}`);
  };
  const state: string[] = [];
  for (const [path, bytes] of parts.state) {
    state.push(`100644 blob ${await blob(bytes)}\t${hex(path)}`);
  }
  await folder('stages', parts.index.unmerged.map(stageEntry));
  await folder('state', state);
  await folder(
    'raw',
    [...parts.raw].map(([path, id]) => `100644 blob ${id}\t${hex(path)}`),
  );
  return makeTree(run, top);
}

async function makeTree(run: Run, entries: string[]): Promise<string> {
  // --missing: a submodule's commit is not in this repository.
  const input = entries.map((entry) => `${entry}\0`).join('');
  return run(['mktree', '-z', '--missing'], { input });
}

/** Flat and hexadecimal, `stage-path`: any bytes make a name then. */
function stageEntry(entry: string): string {
  const [mode = '', id = '', stage = ''] = entry.slice(0, entry.indexOf('\t')).split(' ');
  const type = mode === '160000' ? 'commit' : 'blob';
  return `${mode} ${type} ${id}\t${stage}-${hex(entry.slice(entry.indexOf('\t') + 1))}`;
}

function hex(path: string): string {
  return Buffer.from(path, 'latin1').toString('hex');
}

export interface KeptFile {
  /** In latin1. */
  path: string;
  blob: string;
}

export interface Kept {
  commit: string;
  /** The snapshot's tree. */
  tree: string;
  meta: KeptMeta;
  /** The tree of what was staged. */
  index: string;
  /** Lines for `update-index -z --index-info`, in latin1. */
  stages: string[];
  state: KeptFile[];
  raw: KeptFile[];
}

/**
 * Reads what was kept of a session. A commit of any other make is taken for the tip of `branch`, of
 * a session whose worktree was gone already.
 * @throws TempestError `nothing-to-restore`.
 */
export async function readKept(run: Run, session: string, branch = ''): Promise<Kept> {
  const commit = await idOf(run, keptRef(session));
  if (!commit) {
    throw new TempestError(
      'nothing-to-restore',
      `nothing is kept of session ${session}`,
      'Work is kept for 30 days after a session is removed.',
    );
  }
  const inner = `${commit}^1`;
  if (!(await idOf(run, `${inner}:meta.json`))) return plain(run, commit, branch);
  const [tree, top, stages, state, raw] = await Promise.all([
    run(['rev-parse', `${commit}^{tree}`]),
    children(run, `${inner}^{tree}`),
    ...['stages', 'state', 'raw'].map((folder) => children(run, `${inner}:${folder}`)),
  ]);
  const id = (name: string) => top.find((entry) => entry.name === name)?.id ?? '';
  const [json] = await readBlobs(run, [id('meta.json')]);
  const files = (entries: Entry[] = []) =>
    entries.map((entry) => ({ path: unhex(entry.name), blob: entry.id }));
  return {
    commit,
    tree,
    meta: keptMetaSchema.parse(JSON.parse(json?.toString() ?? '')),
    index: id('index'),
    stages: (stages ?? []).map(stageLine),
    state: files(state),
    raw: files(raw),
  };
}

async function plain(run: Run, commit: string, branch: string): Promise<Kept> {
  const tree = await run(['rev-parse', `${commit}^{tree}`]);
  const head = { headRef: `refs/heads/${branch}`, headCommit: commit };
  const meta: KeptMeta = { version: 1, branch, branchCommit: commit, ...head };
  return { commit, tree, meta, index: tree, stages: [], state: [], raw: [] };
}

interface Entry {
  mode: string;
  id: string;
  name: string;
}

async function children(run: Run, tree: string): Promise<Entry[]> {
  const listed = await run(['ls-tree', '-z', tree]).catch(() => '');
  return listed
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
      return { mode, id, name: line.slice(line.indexOf('\t') + 1) };
    });
}

function stageLine(entry: Entry): string {
  const [stage = '', path = ''] = entry.name.split('-');
  return `${entry.mode} ${entry.id} ${stage}\t${unhex(path)}\0`;
}

function unhex(name: string): string {
  return Buffer.from(name, 'hex').toString('latin1');
}
