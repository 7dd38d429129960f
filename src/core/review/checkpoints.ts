// Checkpoints: a snapshot kept at the end of each turn, as a commit of its own under a ref of its own.
import type { Usage } from '../agents/event.ts';
import { takeSnapshot } from '../snapshot.ts';
import { filesInTheWay, refuseInTheWay } from '../worktree/in-the-way.ts';
import { idOf, plumbing, type Run, utf8 } from '../worktree/plumbing.ts';
import { type Ending, endings, isTurn } from './words.ts';

export interface Checkpoint {
  /** Counts up from 1 within the session. */
  number: number;
  commit: string;
  tree: string;
  /** What HEAD was then. */
  head: string;
  /** When the turn ended, in ms since 1970. */
  at: number;
  /** The agent's conversation by then; null when it had none, or it isn't known. */
  conversation: string | null;
  /** What led to the turn. */
  prompt: string;
  ending: Ending;
  /** What the turn took; null where the agent doesn't say, and where no turn ended. */
  usage: Usage | null;
  /** Of one taken before files or commits were moved: the tree that was there once they were; null: they were not. */
  after: string | null;
}

export interface CheckpointPlace {
  worktree: string;
  session: string;
  /** The session's private index, as for `takeSnapshot`. */
  indexFile: string;
}

/** The last lines of a checkpoint's message, each `Tempest-<Name>: <value>`. */
const trailers =
  /(?:^|\n)\n*((?:Tempest-(?:Ending|At|Conversation|Usage|Usage-Before): .*(?:\n|$))+)\n*$/;

/** The ref of a session's checkpoint; without a number, the beginning of them all. */
export function checkpointRef(session: string, number?: number): string {
  return `refs/tempest/${session}/${number ?? ''}`;
}

/** Holds the tree that stood there once files or commits had been moved, after checkpoint `number`. */
function afterRef(session: string, number: number): string {
  return `${checkpointRef(session)}after-${number}`;
}

/**
 * Keeps the worktree as it is now, or as it was in `tree`, a snapshot of it. The commit's first parent is HEAD, so
 * that what the agent has committed can be reached though it may throw its commits away later; its second is the
 * checkpoint before.
 * No hook runs, no index but the private one is touched. Two at once for one session must not be.
 */
export async function takeCheckpoint(
  o: CheckpointPlace &
    Pick<Checkpoint, 'prompt' | 'ending'> &
    Partial<Pick<Checkpoint, 'at' | 'conversation' | 'tree'>> & {
      /** A tree that the files are about to be put to: what is ignored and in its way is kept, too. */
      until?: string | undefined;
      /** What the turn took, and what the one before came to. Asked late: the agent's word may be on its way. */
      spent?: () => Record<'turn' | 'before', Usage | null>;
    },
): Promise<Checkpoint> {
  const run = plumbing({ cwd: o.worktree });
  const [snapshot, head, before] = await Promise.all([
    o.tree ?? takeSnapshot(o),
    idOf(run, 'HEAD^{commit}'),
    listCheckpoints(o.worktree, o.session),
  ]);
  const tree = o.until === undefined ? snapshot : await withIgnored(run, o, snapshot, o.until);
  const last = before.at(-1);
  const parents = [head, last?.commit].filter((id): id is string => Boolean(id));
  const number = (last?.number ?? 0) + 1;
  const { prompt, ending, at = Date.now(), conversation = null } = o;
  const { turn = null, before: earlier = null } = o.spent?.() ?? {};
  const message = [
    `${prompt.replaceAll('\0', '')}\n`,
    `Tempest-Ending: ${ending}`,
    `Tempest-At: ${at}`,
    ...(conversation === null ? [] : [`Tempest-Conversation: ${conversation}`]),
    ...(turn ? [`Tempest-Usage: ${usageText(turn)}`] : []),
    ...(earlier ? [`Tempest-Usage-Before: ${usageText(earlier)}`] : []),
    '',
  ].join('\n');
  const commit = await run(['commit-tree', tree, ...parents.flatMap((id) => ['-p', id])], {
    input: message,
  });
  // Only where nobody has made that number meanwhile.
  await run(['update-ref', checkpointRef(o.session, number), commit, '0'.repeat(commit.length)]);
  const said = { at, conversation, prompt, ending, usage: turn };
  return { number, commit, tree, head: head ?? '', ...said, after: null };
}

/**
 * Notes that what was there at a checkpoint has been replaced, by what is there now: the turn after it began with
 * that. Gives the tree.
 */
export async function noteMoved(o: CheckpointPlace, { number }: Checkpoint): Promise<string> {
  const tree = await takeSnapshot(o);
  await plumbing({ cwd: o.worktree })(['update-ref', afterRef(o.session, number), tree]);
  return tree;
}

/** The snapshot, and what is in the way of `to`; the private index has it then, so that git may move it. */
async function withIgnored(
  run: Run,
  { worktree, indexFile: index }: CheckpointPlace,
  from: string,
  to: string,
): Promise<string> {
  const files = await filesInTheWay({ worktree, index, from, to });
  if (files.length === 0) return from;
  const input = Buffer.from(files.map((path) => `${path}\0`).join(''), 'latin1');
  await run(['update-index', '--add', '-z', '--stdin'], { index, input });
  return await run(['write-tree'], { index });
}

/** All checkpoints of a session, the oldest first. `cwd` is any path in the repository. */
export async function listCheckpoints(cwd: string, session: string): Promise<Checkpoint[]> {
  const run = plumbing({ cwd });
  const fields = ['refname', 'objectname', 'tree', 'parent', 'creatordate:unix', 'contents'];
  // None is empty with a sign before it, so that two zero bytes are always the end.
  const format = `${fields.map((field) => `=%(${field})`).join('%00')}%00%00`;
  const output = await run(['for-each-ref', `--format=${format}`, checkpointRef(session)]);
  const entries = output
    .split('\0\0')
    .map((entry) => entry.replace(/^\n/, '').split('\0'))
    .filter((entry) => entry.length === fields.length)
    .map((entry) => entry.map((field) => field.slice(1)));
  const trees = new Map(entries.map(([ref = '', id = '']) => [ref, id]));
  const listed = entries
    .map(read)
    .filter(({ number }) => Number.isInteger(number))
    .map((one) => ({ ...one, after: trees.get(afterRef(session, one.number)) ?? null }))
    .sort((a, b) => a.number - b.number);
  return withLateWords(listed);
}

/** What a turn came to after its checkpoint was taken stands in that of the next turn. */
function withLateWords(listed: (Checkpoint & { earlier: Usage | null })[]): Checkpoint[] {
  const turns = listed.filter(isTurn);
  const late = new Map(turns.map(({ number }, index) => [number, turns[index + 1]?.earlier]));
  return listed.map(({ earlier: _, ...one }) => ({
    ...one,
    usage: late.get(one.number) ?? one.usage,
  }));
}

function read([ref = '', commit = '', tree = '', parents = '', seconds = '', body = '']: string[]) {
  const text = utf8(body);
  const said = new Map(
    (trailers.exec(text)?.[1] ?? '').split('\n').map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name.replace('Tempest-', ''), value.join(': ')];
    }),
  );
  return {
    number: Number(ref.slice(ref.lastIndexOf('/') + 1)),
    commit,
    tree,
    head: parents.split(' ')[0] ?? '',
    at: Number(said.get('At') ?? Number(seconds) * 1000),
    conversation: said.get('Conversation') ?? null,
    prompt: text.replace(trailers, ''),
    ending: endings.find((ending) => ending === said.get('Ending')) ?? ('done' as const),
    usage: usageIn(said.get('Usage')),
    earlier: usageIn(said.get('Usage-Before')),
  };
}

function usageText({ input, output, cached, cost }: Usage): string {
  return [input, output, cached, cost ?? ''].join(' ').trimEnd();
}

/** Null where it isn't told, or in a way that nobody here has written it. */
function usageIn(text: string | undefined): Usage | null {
  const [input = Number.NaN, output = Number.NaN, cached = Number.NaN, cost = null] =
    text?.split(' ').map(Number) ?? [];
  return Number.isFinite(input + output + cached + (cost ?? 0))
    ? { input, output, cached, cost }
    : null;
}

/**
 * Puts the worktree's files back to `tree`, from what they are now, of which `now` is a snapshot just
 * taken with the same private index. Files that the snapshot has and `tree` has not are deleted; ignored
 * ones, HEAD and the agent's own index stay as they are. Refused, and nothing is changed, when a file was changed since the
 * snapshot, or one that it hasn't is in the way: @throws TempestError `git-failed`, `unsaved-work`.
 */
export async function putBack(o: CheckpointPlace & { now: string; tree: string }): Promise<void> {
  const run: Run = plumbing({ cwd: o.worktree });
  const index = o.indexFile;
  await run(['update-index', '-q', '--refresh'], { index }).catch(() => undefined);
  await refuseInTheWay({ worktree: o.worktree, index, from: o.now, to: o.tree });
  await run(['read-tree', '-m', '-u', o.now, o.tree], { index });
}

/** Forgets a session's checkpoints, when nothing of it can be restored any more. */
export async function forgetCheckpoints(root: string, session: string): Promise<void> {
  const run = plumbing({ cwd: root });
  const listed = await run(['for-each-ref', '--format=delete %(refname)', checkpointRef(session)]);
  if (listed) await run(['update-ref', '--stdin'], { input: `${listed}\n` });
}
