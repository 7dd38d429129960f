// Each way back that docs/recovery.md names, after each verb: its commands are run as they stand there, and give the same bytes.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { documentedWays, type Names, run } from '../../support/preservation/documented.ts';
import { filesIn } from '../../support/preservation/pieces.ts';
import { begin } from '../../support/preservation/states.ts';
import { type VerbName, verbs } from '../../support/preservation/verbs.ts';
import { makeWorld, type Options, type World } from '../../support/preservation/world.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn } from '../../support/tempest.ts';

type Look = (w: World, printed: string[]) => Promise<unknown>;

interface Scenario {
  verb: VerbName | null;
  state: Options;
  names?: Names;
  /** Seen before the verb, and wanted back; by default files and HEAD of the worktree. */
  wanted?: Look;
  /** Seen once all commands have run, each of which has printed something; by default as what is wanted. */
  found?: Look;
}

let box: Sandbox;
let client: Client;

beforeAll(async () => {
  box = await sandbox();
  client = await connectIn(box);
});
afterAll(async () => {
  client.close();
  await box.dispose();
});

function files(folder: string): Record<string, string> {
  const paths = filesIn(folder).sort();
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path), readFileSync(path, 'latin1')]),
  );
}

const git = ({ session }: World, ...args: string[]) => box.git(session.worktree, ...args);

const worktree: Look = async (w) => [files(w.session.worktree), await git(w, 'rev-parse', 'HEAD')];
const andIndex: Look = async (w) => [
  await worktree(w, []),
  await git(w, 'status', '--porcelain'),
  await git(w, 'ls-files', '--stage'),
];
const base: Look = async ({ repo }) => [files(repo), await box.git(repo, 'rev-parse', 'HEAD')];

const dirty: Options = { worktree: 'dirty' };

const scenarios: Record<string, Scenario[]> = {
  'the end of any turn': [
    {
      ...{ verb: null, state: dirty, names: { N: '1' } },
      wanted: async () => begin,
      found: async (w) => files(w.session.worktree),
    },
  ],
  'rejecting hunks in a review': [{ verb: 'reject', state: dirty }],
  rewind: [
    { verb: 'rewind', state: dirty },
    { verb: 'rewind', state: { worktree: 'ignored' } },
  ],
  remove: [{ verb: 'remove', state: dirty, wanted: andIndex }],
  'remove in the middle of a merge or rebase': [
    {
      ...{ verb: 'remove', state: { worktree: 'half done' } },
      wanted: async (w) => {
        const folder = await git(w, 'rev-parse', '--absolute-git-dir');
        const stash = readFileSync(join(folder, 'rebase-merge/autostash'), 'utf8').trim();
        const told = ['--no-commit-id', '--format=', '--patch', '--first-parent', stash];
        return [await git(w, 'rev-parse', w.session.branch), await git(w, 'show', ...told)];
      },
      found: async (w) => [await git(w, 'rev-parse', 'HEAD'), await git(w, 'diff', 'HEAD')],
    },
  ],
  commit: [
    {
      ...{ verb: 'commit', state: dirty, names: { PATH: 'twice.txt' } },
      wanted: (w) => git(w, 'show', ':twice.txt'),
      found: async (_, [printed = '']) => printed.trimEnd(),
    },
  ],
  merge: [{ verb: 'merge', state: { base: 'dirty' }, wanted: base }],
  'rebase, squash': [
    { verb: 'rebase', state: dirty },
    { verb: 'squashOwn', state: dirty },
  ],
  'opening the conflict of a merge for you': [{ verb: 'openMerge', state: { clash: true } }],
  'opening the conflict of a rebase for you': [{ verb: 'openRebase', state: { clash: true } }],
  'choosing one of several attempts': [
    { verb: 'choose', state: { ...dirty, attempt: true }, wanted: andIndex },
  ],
};

const ways = documentedWays();

it('has a row for each of these, and each row a way', () => {
  const rows = new Set(ways.map(({ after }) => after));
  expect([...rows].sort()).toEqual(Object.keys(scenarios).sort());
  expect(ways.filter(({ commands }) => commands.length === 0)).toEqual([]);
});

const cells = ways.flatMap(({ after, commands }) =>
  (scenarios[after] ?? []).map((scenario) => ({
    ...{ after, commands, scenario },
    way: commands.join(', '),
    state: JSON.stringify(scenario.state),
  })),
);

it.each(cells)('after $after, $way gives back what was there ($state)', async (cell) => {
  const { verb, state, names, wanted = worktree, found = wanted } = cell.scenario;
  const w = await makeWorld(box, client, state);
  const before = await wanted(w, []);
  if (verb) {
    await verbs[verb].ask(client, w);
    expect(await verbs[verb].isDone(client, w)).toBe(true);
  }
  const { id, worktree: path } = w.session;
  const isGone = !existsSync(path);
  const numbers = isGone ? [] : await checkpoints(id);
  const filled = { ID: id, N: `${numbers.at(-1)}`, ...names };
  const printed: string[] = [];
  for (const command of cell.commands) {
    printed.push(await run(box, existsSync(path) ? path : w.repo, command, filled));
  }
  expect(await found(w, printed)).toEqual(before);
});

async function checkpoints(session: string): Promise<number[]> {
  const listed = await client.request('checkpoint/list', { session });
  return listed.checkpoints.map(({ number }) => number);
}
