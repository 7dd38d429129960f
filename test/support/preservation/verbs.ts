// The verbs that move refs or files, as a client asks for them, and what tells that they were done.
import { existsSync } from 'node:fs';
import type { Client } from '../../../src/rpc/client.ts';
import type { Params } from '../../../src/rpc/protocol.ts';
import { list } from '../tempest.ts';
import { isRejected, reject } from './reject.ts';
import type { World } from './world.ts';

export interface Verb {
  /** Rejects when it was refused. */
  ask(client: Client, w: World): Promise<unknown>;
  /** Whether all that it is for has come about. */
  isDone(client: Client, w: World): Promise<boolean>;
}

const session = async (client: Client, { session: { id } }: World) =>
  [...(await list(client)), ...(await list(client, true))].find((one) => one.id === id);
const which = ({ session: { id } }: World) => ({ session: id });
const of = (dir: string, w: World, ...args: string[]) => w.box.git(dir, ...args);
const mainOf = (w: World) => of(w.repo, w, 'rev-parse', 'main');

const merge = (strategy: Params<'merge/apply'>['strategy']): Verb => ({
  ask: (client, w) => client.request('merge/apply', { ...which(w), strategy }),
  isDone: async (client, w) => (await session(client, w))?.merged?.to === (await mainOf(w)),
});

const isRemoved: Verb['isDone'] = async (client, w) =>
  Boolean((await session(client, w))?.removed) && !existsSync(w.session.worktree);

const remove: Verb = {
  ask: (client, w) => client.request('session/remove', { ...which(w), force: true }),
  isDone: isRemoved,
};

const restore: Verb = {
  ask: (client, w) => client.request('session/restore', which(w)),
  isDone: async (client, w) =>
    (await session(client, w))?.removed === null && existsSync(w.session.worktree),
};

/** Whether the worktree, of which `now` is a snapshot, has the files of a tree, ignored or not, and no others. */
async function holds(w: World, tree: string, now: string): Promise<boolean> {
  const run = (...args: string[]) => of(w.session.worktree, w, ...args);
  const more = await run('diff-tree', '-r', '--name-only', '--diff-filter=A', tree, now);
  const entries = (await run('ls-tree', '-r', tree)).split('\n').map((line) => line.split(/\s/));
  const ids = entries.map(([, , id = '']) => id).join('\n');
  const found = await run('hash-object', '--', ...entries.map(([, , , path = '']) => path));
  return more === '' && found === ids;
}

/** The worktree waits at the conflict. */
const openConflict = (by: Params<'conflict/open'>['by']): Verb => ({
  ask: (client, w) => client.request('conflict/open', { ...which(w), by }),
  isDone: async (_, w) => {
    const sign = by === 'merge' ? 'MERGE_HEAD' : 'REBASE_HEAD';
    const begun = await of(w.session.worktree, w, 'rev-parse', '-q', '--verify', sign).catch(
      () => '',
    );
    return begun !== '' && (await of(w.session.worktree, w, 'ls-files', '-u', 'clash.txt')) !== '';
  },
});

export const verbs = {
  commit: {
    ask: (client, w) => client.request('session/commit', which(w)),
    isDone: async (_, w) => (await of(w.session.worktree, w, 'status', '--porcelain')) === '',
  },
  rebase: {
    ask: (client, w) => client.request('session/rebase', which(w)),
    isDone: async (_, w) => {
      const { worktree } = w.session;
      const base = await of(worktree, w, 'merge-base', 'main', 'HEAD');
      const staged = await of(worktree, w, 'diff', '--cached', '--name-only', 'HEAD');
      return base === (await mainOf(w)) && !staged.includes('others.txt');
    },
  },
  squashOwn: {
    ask: (client, w) => client.request('session/squash', which(w)),
    isDone: async (_, w) =>
      (await of(w.session.worktree, w, 'rev-list', '--count', 'main..HEAD')) === '1',
  },
  rewind: {
    ask: async (client, w) => {
      const { checkpoints } = await client.request('checkpoint/list', which(w));
      const number = checkpoints[0]?.number ?? 0;
      return await client.request('checkpoint/rewind', { ...which(w), number });
    },
    isDone: async (client, w) => {
      const { checkpoints } = await client.request('checkpoint/list', which(w));
      const { tree } = await client.request('session/diff', which(w));
      const isKept = checkpoints.at(-1)?.ending === 'rewind';
      // A file may be missing, as may the checkpoint.
      return isKept && (await holds(w, checkpoints[0]?.tree ?? '', tree).catch(() => false));
    },
  },
  reject: { ask: reject, isDone: isRejected },
  merge: merge('merge'),
  squash: merge('squash'),
  'fast-forward': merge('fast-forward'),
  openMerge: openConflict('merge'),
  openRebase: openConflict('rebase'),
  undo: {
    ask: (client, w) => client.request('merge/undo', which(w)),
    isDone: async (client, w) => (await session(client, w))?.merged === null,
  },
  remove,
  restore,
  /** The other attempt of its group is chosen, so that this one goes. */
  choose: {
    ask: async (client, w) => {
      const { removed } = await client.request('group/choose', { session: w.other ?? '' });
      const [error] = removed.flatMap((one) => one.error ?? []);
      if (error) throw error;
    },
    isDone: isRemoved,
  },
} satisfies Record<string, Verb>;

export type VerbName = keyof typeof verbs;
