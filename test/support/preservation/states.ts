// The states in which a checkout can be when a verb comes upon it, each with work that must not be lost.
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';
import { piece } from './pieces.ts';

export const states = ['clean', 'dirty', 'conflicted', 'locked', 'half done', 'ignored'] as const;
export type State = (typeof states)[number];

/** Files that every checkout of the world begins with. */
export const begin = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'gone.txt': 'gone\n' };

export interface Checkout {
  box: Sandbox;
  path: string;
  /** Of the branches that are made for it. */
  name: string;
}

/** The commits that a state needs under it; nothing else is changed. @returns the pieces of work in them. */
export async function prepare(state: State, o: Checkout): Promise<string[]> {
  if (state === 'conflicted') return await sidestep(o, 'b.txt');
  if (state === 'half done') return await sidestep(o, 'c.txt');
  if (state === 'ignored') {
    await o.box.git(o.path, 'rm', '-q', 'gone.txt');
    await o.box.git(o.path, 'commit', '-q', '-m', 'To be ignored from now on');
  }
  return [];
}

/** Brings a prepared, clean checkout into the state. @returns the pieces of work that it holds then. */
export async function bringInto(state: State, o: Checkout): Promise<string[]> {
  switch (state) {
    case 'clean':
      return [];
    case 'dirty':
      return await makeDirty(o);
    case 'conflicted':
      return await beginMerge(o);
    case 'locked':
      return await lock(o);
    case 'half done':
      return await beginRebase(o);
    case 'ignored':
      return await ignore(o);
  }
}

async function makeDirty({ box, path }: Checkout): Promise<string[]> {
  const work = {
    changed: piece('changed'),
    staged: piece('staged'),
    before: piece('staged before'),
    after: piece('changed after'),
    untracked: piece('untracked'),
  };
  appendFileSync(join(path, 'a.txt'), `${work.changed}\n`);
  writeFileSync(join(path, 'staged.txt'), `${work.staged}\n`);
  writeFileSync(join(path, 'twice.txt'), `${work.before}\n`);
  await box.git(path, 'add', 'staged.txt', 'twice.txt');
  writeFileSync(join(path, 'twice.txt'), `${work.after}\n`);
  writeFileSync(join(path, 'untracked.txt'), `${work.untracked}\n`);
  rmSync(join(path, 'gone.txt'), { force: true });
  return Object.values(work);
}

/** A branch with one commit on top of the checkout's, whose change of `file` conflicts with one made here. */
async function sidestep(o: Checkout, file: string): Promise<string[]> {
  const { box, path } = o;
  const [theirs, ours] = [piece('theirs'), piece('ours')];
  const here = await box.git(path, 'rev-parse', '--abbrev-ref', 'HEAD');
  await box.git(path, 'checkout', '-q', '-b', sideOf(o));
  writeFileSync(join(path, file), `${theirs}\n`);
  await box.git(path, 'commit', '-q', '-am', 'side');
  await box.git(path, 'checkout', '-q', here);
  writeFileSync(join(path, file), `${ours}\n`);
  await box.git(path, 'commit', '-q', '-am', 'here');
  return [theirs, ours];
}

function sideOf({ name }: Checkout): string {
  return `side-${name}`;
}

async function beginMerge(o: Checkout): Promise<string[]> {
  const resolved = piece('half resolved');
  await o.box.git(o.path, 'merge', '-q', sideOf(o)).catch(() => undefined);
  appendFileSync(join(o.path, 'b.txt'), `${resolved}\n`);
  return [resolved];
}

/** A rebase that stopped at a conflict, with an autostash of what was not committed. */
async function beginRebase(o: Checkout): Promise<string[]> {
  const [stashed, resolved] = [piece('put aside'), piece('half rebased')];
  appendFileSync(join(o.path, 'a.txt'), `${stashed}\n`);
  await o.box.git(o.path, 'rebase', '-q', '--autostash', sideOf(o)).catch(() => undefined);
  appendFileSync(join(o.path, 'c.txt'), `${resolved}\n`);
  return [stashed, resolved];
}

/** Files that only this checkout has, where the other one's commits and the first checkpoint have others. */
async function ignore({ box, path }: Checkout): Promise<string[]> {
  const names = ['own.txt', 'others.txt', 'gone.txt'];
  const exclude = ['rev-parse', '--path-format=absolute', '--git-path', 'info/exclude'];
  writeFileSync(await box.git(path, ...exclude), `${names.join('\n')}\n`);
  const free = names.filter((name) => !existsSync(join(path, name)));
  return free.map((name) => {
    const work = piece('ignored');
    writeFileSync(join(path, name), `${work}\n`);
    return work;
  });
}

/** Somebody's git is at work in it. */
async function lock(o: Checkout): Promise<string[]> {
  const work = await makeDirty(o);
  writeFileSync(await lockOf(o), '');
  return work;
}

async function lockOf({ box, path }: Pick<Checkout, 'box' | 'path'>): Promise<string> {
  const file = await box.git(path, 'rev-parse', '--path-format=absolute', '--git-path', 'index');
  return `${file}.lock`;
}

/** Whether the other's lock is where it was. */
export async function isLocked({ box, path }: Pick<Checkout, 'box' | 'path'>): Promise<boolean> {
  return existsSync(await lockOf({ box, path }));
}
