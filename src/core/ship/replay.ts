// Replays commits on another commit, without any checkout: what it would come to is known before anything moves.
import { failure, gitTry } from '../git.ts';
import { readMergedTrees } from '../review/conflict-names.ts';
import { plumbing, type Run, utf8 } from '../worktree/plumbing.ts';
import { asPerson, type PersonPlace, signing } from './person.ts';

export type Merging = { tree: string; conflicts: never[] } | { tree: null; conflicts: string[] };

/** Equal trees are equal commits, and these are nobody's history. */
const nobody = 'Tempest <tempest@localhost> 0 +0000';

/**
 * Puts what changed from `base` to `theirs` on `ours`; each is a commit or a tree. Made of commits of our own
 * with one parent in common, since git before 2.40 takes no merge base.
 */
export async function mergeTrees(
  { cwd, signal }: PersonPlace,
  { base, ours, theirs }: Record<'base' | 'ours' | 'theirs', string>,
): Promise<Merging> {
  const run = plumbing({ cwd, signal });
  const trees = (
    await run(['rev-parse', ...[base, ours, theirs].map((id) => `${id}^{tree}`)])
  ).split('\n');
  const [from = '', left = '', right = ''] = trees;
  if (left === right || from === right) return { tree: left, conflicts: [] };
  if (from === left) return { tree: right, conflicts: [] };
  const parent = await standIn(run, from, null);
  const sides = [await standIn(run, left, parent), await standIn(run, right, parent)];
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ...sides];
  const answer = await gitTry(args, { cwd, signal });
  if (answer.code !== 0 && answer.code !== 1) throw failure(args, answer.code, answer.stderr);
  const { tree, files } = readMergedTrees(answer.stdout, sides);
  return answer.code === 0 ? { tree, conflicts: [] } : { tree: null, conflicts: files };
}

async function standIn(run: Run, tree: string, parent: string | null): Promise<string> {
  const lines = [`tree ${tree}`, ...(parent ? [`parent ${parent}`] : [])];
  const text = `${lines.join('\n')}\nauthor ${nobody}\ncommitter ${nobody}\n\nstand-in\n`;
  return await run(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: text });
}

/** Of two sides' commits, those of the right one that are made anew. */
export const replayed = ['--no-merges', '--right-only', '--cherry-pick'];

export interface Replayed {
  /** Where the last one came to be; null when one conflicts. */
  to: string | null;
  /** How many there are to be replayed. */
  commits: number;
  conflicts: string[];
  /** The first line of the commit that conflicts. */
  stopsAt: string | null;
  /** Each commit that was made anew, and what it became. */
  rewritten: [string, string][];
}

export interface Replay {
  onto: string;
  head: string;
  /** What these reach is left out, too. */
  former?: readonly string[] | undefined;
  sign?: boolean;
}

/**
 * Makes the commits that `head` has beyond `onto` anew on top of that, as `git rebase` does: merges are left out, as are
 * changes that are there already; authors, dates and messages stay. With `sign`, signed if the person has set that commits
 * are: a look at what it comes to asks for no passphrase. The trees are the same.
 */
export async function replay(
  place: PersonPlace,
  { onto, head, former = [], sign = false }: Replay,
): Promise<Replayed> {
  const run = plumbing(place);
  const wanted = ['--reverse', '--topo-order', ...replayed];
  const without = former.map((commit) => `^${commit}`);
  const listed = await run(['rev-list', '--parents', ...wanted, `${onto}...${head}`, ...without]);
  const picks = listed.split('\n').filter(Boolean);
  const empty = await run(['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' });
  const make = await committer(place, sign);
  const rewritten: Replayed['rewritten'] = [];
  let to = onto;
  for (const pick of picks) {
    const [commit = '', parent = empty] = pick.split(' ');
    const merged = await mergeTrees(place, { base: parent, ours: to, theirs: commit });
    if (merged.tree === null) {
      const stopsAt = utf8(await run(['log', '-1', '--encoding=UTF-8', '--format=%s', commit]));
      return { to: null, commits: picks.length, conflicts: merged.conflicts, stopsAt, rewritten };
    }
    const [before, now, was] = (
      await run(['rev-parse', `${to}^{tree}`, `${commit}^{tree}`, `${parent}^{tree}`])
    ).split('\n');
    // What has become empty has landed already; what always was so was meant.
    if (merged.tree === before && now !== was) continue;
    to = await make(commit, merged.tree, to);
    rewritten.push([commit, to]);
  }
  return { to, commits: picks.length, conflicts: [], stopsAt: null, rewritten };
}

/** Makes a commit like another, with another tree and parent. */
async function committer(place: PersonPlace, sign: boolean) {
  const run = await asPerson(place);
  const utf = ['-c', 'i18n.commitEncoding=UTF-8'];
  const signed = sign ? await signing(run) : [];
  const fields = '%an%x00%ae%x00%ad%x00%B';
  return async (like: string, tree: string, parent: string): Promise<string> => {
    const look = ['log', '-1', '--encoding=UTF-8', '--date=raw', `--format=${fields}`, like];
    const told = await run(look);
    if (told.code !== 0) throw failure(look, told.code, told.stderr);
    const [name = '', email = '', date = '', message = ''] = told.stdout.toString().split('\0');
    const env = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: `@${date}` };
    const args = [...utf, 'commit-tree', tree, '-p', parent, ...signed];
    const made = await run(args, { env, input: `${message.trimEnd()}\n` });
    if (made.code !== 0) throw failure(args, made.code, made.stderr);
    return made.stdout.toString().trim();
  };
}
