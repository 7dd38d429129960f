// Checkpoints: a snapshot kept at the end of each turn, as a commit of its own under a ref of its own.
import { takeSnapshot } from '../snapshot.ts';
import { idOf, plumbing, type Run } from '../worktree/plumbing.ts';
import { type Ending, endings } from './words.ts';

export interface Checkpoint {
  /** Counts up from 1 within the session. */
  number: number;
  commit: string;
  tree: string;
  /** What HEAD was then. */
  head: string;
  /** In ms since 1970; git keeps whole seconds. */
  at: number;
  /** What led to the turn. */
  prompt: string;
  ending: Ending;
}

export interface CheckpointPlace {
  worktree: string;
  session: string;
  /** The session's private index, as for `takeSnapshot`. */
  indexFile: string;
}

const endingLine = /\n*Tempest-Ending: (\w+)\n*$/;

/** The ref of a session's checkpoint; without a number, the beginning of them all. */
export function checkpointRef(session: string, number?: number): string {
  return `refs/tempest/${session}/${number ?? ''}`;
}

/**
 * Keeps the worktree as it is now. The commit's first parent is HEAD, so that what the agent has
 * committed can be reached though it may throw its commits away later; its second is the checkpoint before.
 * No hook runs, no index but the private one is touched. Two at once for one session must not be.
 */
export async function takeCheckpoint(
  o: CheckpointPlace & { prompt: string; ending: Ending },
): Promise<Checkpoint> {
  const run = plumbing({ cwd: o.worktree });
  const [tree, head, before] = await Promise.all([
    takeSnapshot(o),
    idOf(run, 'HEAD^{commit}'),
    listCheckpoints(o.worktree, o.session),
  ]);
  const last = before.at(-1);
  const parents = [head, last?.commit].filter((id): id is string => Boolean(id));
  const number = (last?.number ?? 0) + 1;
  const message = `${o.prompt.replaceAll('\0', '')}\n\nTempest-Ending: ${o.ending}\n`;
  const commit = await run(['commit-tree', tree, ...parents.flatMap((id) => ['-p', id])], {
    input: message,
  });
  // Only where nobody has made that number meanwhile.
  await run(['update-ref', checkpointRef(o.session, number), commit, '0'.repeat(commit.length)]);
  const at = Math.floor(Date.now() / 1000) * 1000;
  return { number, commit, tree, head: head ?? '', at, prompt: o.prompt, ending: o.ending };
}

/** All checkpoints of a session, the oldest first. `cwd` is any path in the repository. */
export async function listCheckpoints(cwd: string, session: string): Promise<Checkpoint[]> {
  const run = plumbing({ cwd });
  const fields = ['refname', 'objectname', 'tree', 'parent', 'creatordate:unix', 'contents'];
  const format = `${fields.map((field) => `%(${field})`).join('%00')}%00%00`;
  const listed = await run(['for-each-ref', `--format=${format}`, checkpointRef(session)]);
  return listed
    .split('\0\0')
    .map((entry) => entry.replace(/^\n/, '').split('\0'))
    .filter((entry) => entry.length === fields.length)
    .map(read)
    .filter(({ number }) => Number.isInteger(number))
    .sort((a, b) => a.number - b.number);
}

function read([ref = '', commit = '', tree = '', parents = '', seconds = '', body = '']: string[]) {
  const text = Buffer.from(body, 'latin1').toString();
  const said = endingLine.exec(text)?.[1];
  return {
    number: Number(ref.slice(ref.lastIndexOf('/') + 1)),
    commit,
    tree,
    head: parents.split(' ')[0] ?? '',
    at: Number(seconds) * 1000,
    prompt: text.replace(endingLine, ''),
    ending: endings.find((ending) => ending === said) ?? ('done' as const),
  };
}

/**
 * Puts the worktree's files back to `tree`, from what they are now, of which `now` is a snapshot just
 * taken with the same private index. Files that the snapshot has and `tree` has not are deleted; ignored
 * ones, HEAD and the agent's own index stay as they are. Git refuses, and changes nothing, when a
 * file was changed since the snapshot: @throws TempestError `git-failed`.
 */
export async function putBack(o: CheckpointPlace & { now: string; tree: string }): Promise<void> {
  const run: Run = plumbing({ cwd: o.worktree });
  const index = o.indexFile;
  await run(['update-index', '-q', '--refresh'], { index }).catch(() => undefined);
  await run(['read-tree', '-m', '-u', o.now, o.tree], { index });
}

/** Forgets a session's checkpoints, when nothing of it can be restored any more. */
export async function forgetCheckpoints(root: string, session: string): Promise<void> {
  const run = plumbing({ cwd: root });
  const listed = await run(['for-each-ref', '--format=delete %(refname)', checkpointRef(session)]);
  if (listed) await run(['update-ref', '--stdin'], { input: `${listed}\n` });
}
