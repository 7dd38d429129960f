// Every verb that moves refs or files, in every state of the worktree and, in pairs, of the base (for merges: all of the
// base's, and in pairs the worktree's): it does what the table says, and what existed before can still be reached.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../../src/core/errors.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { isLocked, type State, states } from '../../support/preservation/states.ts';
import { type VerbName, verbs } from '../../support/preservation/verbs.ts';
import { makeWorld, type Options } from '../../support/preservation/world.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn } from '../../support/tempest.ts';

/** `refused`: by Neovim, which has no kinds. */
type Expected = 'done' | 'refused' | ErrorKind;

/** In the order of `states`: clean, dirty, conflicted, locked, half done, ignored. */
type Row = Expected[];
/** What is ignored goes with its worktree, so these have no cell for it. */
const going: Row = ['done', 'done', 'done', 'done', 'done'];

/** Nothing is begun for the person on top of what is not committed. */
const byHand: Row = [
  'done',
  'unsaved-work',
  'wrong-state',
  'unsaved-work',
  'wrong-state',
  'unsaved-work',
];

/** By the state of the worktree. */
const inWorktree: Partial<Record<VerbName, Row>> = {
  commit: ['done', 'done', 'conflict', 'git-failed', 'conflict', 'done'],
  rebase: ['done', 'done', 'wrong-state', 'git-failed', 'wrong-state', 'unsaved-work'],
  squashOwn: ['done', 'done', 'wrong-state', 'done', 'wrong-state', 'done'],
  openMerge: byHand,
  openRebase: byHand,
  rewind: ['done', 'done', 'wrong-state', 'done', 'wrong-state', 'done'],
  // There is a file again where it would bring one back.
  reject: ['done', 'done', 'done', 'done', 'done', 'refused'],
  remove: going,
  restore: going,
  choose: going,
};

const inTheWay: Row = ['done', 'done', 'base-dirty', 'base-dirty', 'base-dirty', 'base-dirty'];

/** By the state of the base, with a clean worktree. */
const intoBase: Partial<Record<VerbName, Row>> = {
  merge: inTheWay,
  squash: inTheWay,
  'fast-forward': inTheWay,
};

/** By the state of the worktree, with each state of the base: what is not committed would not land. */
const fromWorktree: Row = ['unsaved-work', 'wrong-state', 'unsaved-work', 'wrong-state'];

/** By the state of the base, after a merge of each kind; one of them brings no file that is in the way. */
const outOfBase: Row = ['done', 'done', 'base-dirty', 'base-dirty', 'base-dirty', 'done'];

const needs: Partial<Record<VerbName, Options>> = {
  choose: { attempt: true },
  openMerge: { clash: true },
  openRebase: { clash: true },
  'fast-forward': { still: true },
};

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

/** Nothing may be lost, whether the verb does its work or refuses, and nobody's lock may be broken. */
async function preserves(name: VerbName, expected: Expected, o: Options): Promise<void> {
  const { ask, isDone } = verbs[name];
  const w = await makeWorld(box, client, { ...needs[name], ...o });
  expect(await w.lost()).toEqual([]);
  if (name === 'restore') await verbs.remove.ask(client, w);
  const came = await ask(client, w).then(
    () => 'done',
    ({ kind }) => kind ?? 'refused',
  );
  expect(came).toBe(expected);
  expect(await isDone(client, w)).toBe(expected === 'done');
  // All must be back where it was, not only be kept.
  if (name === 'restore')
    await box.git(w.repo, 'update-ref', '-d', `refs/tempest/removed/${w.session.id}`);
  expect(await w.lost()).toEqual([]);
  if (o.base === 'locked') expect(await isLocked({ box, path: w.repo })).toBe(true);
}

/** The states, beginning with another one for each verb, so that every two states come together. */
const beside = (index: number, shift: number): State =>
  states[(index + shift) % states.length] ?? 'clean';
const cells = (row: Row, first = 0) =>
  row.map((expected, at) => ({ state: beside(at, first), expected, index: first + at }));

describe.each(Object.entries(inWorktree))('%s', (name, row) => {
  const shift = Object.keys(inWorktree).indexOf(name);
  it.each(cells(row))('in a worktree that is $state: $expected', async (cell) => {
    const base = beside(cell.index, shift);
    await preserves(name as VerbName, cell.expected, { worktree: cell.state, base });
  });
});

describe.each(Object.entries(intoBase))('%s', (name, row) => {
  const shift = Object.keys(intoBase).indexOf(name);
  it.each(cells(row))('into a base that is $state: $expected', async (cell) => {
    await preserves(name as VerbName, cell.expected, { base: cell.state });
  });
  it.each(cells(fromWorktree, 1))('of a worktree that is $state: $expected', async (cell) => {
    const base = beside(cell.index, shift);
    await preserves(name as VerbName, cell.expected, { worktree: cell.state, base });
  });
});

describe.each(['merge', 'squash', 'fast-forward'] as const)('undo of a %s', (kind) => {
  const shift = Object.keys(intoBase).indexOf(kind) + 1;
  it.each(cells(outOfBase))('in a base that is $state: $expected', async (cell) => {
    const before: Options['before'] = (c, w) => verbs[kind].ask(c, w);
    const worktree = beside(cell.index, shift);
    const o = { ...needs[kind], worktree, base: cell.state, before };
    await preserves('undo', cell.expected, o);
  });
  it('in a base where an ignored file has taken the place of one to be brought back: unsaved-work', async () => {
    const before: Options['before'] = (c, w) => verbs[kind].ask(c, w);
    const o = { ...needs[kind], worktree: 'ignored', base: 'ignored', before } as const;
    await preserves('undo', 'unsaved-work', o);
  });
});
