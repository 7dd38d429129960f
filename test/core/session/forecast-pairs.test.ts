// `conflict/list` of live sessions whose work is committed, staged, changed and untracked, against a real merge of each pair.
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { random } from '../../support/random.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create } from '../../support/tempest.ts';

const numbers = Array.from({ length: 20 }, (_, number) => number);
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'docs/x', 'docs/y'];
const linesOf = (name: string) => Array.from({ length: 12 }, (_, line) => `${name} ${line}`);
const textOf = (lines: string[]) => `${lines.join('\n')}\n`;

let box: Sandbox;
let repo: string;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  const files = Object.fromEntries(names.map((name) => [name, textOf(linesOf(name))]));
  repo = await box.repo({ files: { ...files, '.gitignore': 'ignored\n' } });
  client = await connectIn(box);
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

type Random = (below: number) => number;
interface Work {
  id: string;
  /** Of everything that there is. */
  commit: string;
  letters: Map<string, string>;
}

/** One change of any kind; two sides that draw the same one may or may not conflict. */
function change(root: string, r: Random, side: string): void {
  const at = (name: string) => join(root, name);
  const there = names.filter((name) => lstatSync(at(name), { throwIfNoEntry: false })?.isFile());
  const name = there[r(there.length)] ?? '';
  const kind = r(12);
  if (kind <= 3 || there.length === 0) {
    writeFileSync(at(`new${r(4)}`), `${r(3) === 0 ? 'equal' : side}\n`);
  } else if (kind === 4) rmSync(at(name));
  else if (kind === 5) renameSync(at(name), at(`moved${r(2)}-${basename(name)}`));
  else if (kind === 6) chmodSync(at(name), 0o755);
  else if (kind === 7) {
    rmSync(at(name));
    symlinkSync(r(2) === 0 ? 'equal' : side, at(name));
  } else if (kind === 8) {
    // A folder where the others have a file.
    rmSync(at(name));
    mkdirSync(at(name));
    writeFileSync(join(at(name), 'inner'), side);
  } else if (kind === 9 && existsSync(at('docs'))) renameSync(at('docs'), at('guides'));
  else {
    const lines = linesOf(name);
    lines[r(4) * 3] = r(3) === 0 ? 'the same' : side;
    writeFileSync(at(name), textOf(lines));
  }
}

/** Some of the work is committed, some more staged; the rest is nowhere but in the worktree. */
async function work({ name, worktree }: Session, seed: number): Promise<void> {
  const r = random(seed);
  const few = (least: number, most: number) => {
    for (let step = least + r(most - least + 1); step > 0; step--) change(worktree, r, name);
  };
  few(0, 1);
  await box.git(worktree, 'add', '--all');
  await box.git(worktree, 'commit', '-q', '--allow-empty', '-m', name);
  few(0, 1);
  await box.git(worktree, 'add', '--all');
  few(2, 4);
  writeFileSync(join(worktree, 'ignored'), name);
}

/** Git's letters for each path that is not committed as it is: `??` for one that it doesn't track. */
async function lettersOf({ worktree }: Session): Promise<Map<string, string>> {
  const listed = await box.git(worktree, 'status', '--porcelain', '--no-renames', '-uall', '-z');
  const lines = listed.split('\0').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(3), line.slice(0, 2)]));
}

const emptied = (folder: string) => {
  for (const name of readdirSync(folder)) {
    if (name !== '.git') rmSync(join(folder, name), { recursive: true });
  }
};

/** A clone in which everything that a worktree has is copied and committed by hand. */
async function scratchClone() {
  const clone = join(box.root, 'clone');
  await box.git(box.root, 'clone', '-q', repo, clone);
  const run = (...args: string[]) => box.git(clone, ...args);
  return {
    /** Gives the commit. */
    async copy(worktree: string): Promise<string> {
      await run('checkout', '-qf', '--detach', await box.git(worktree, 'rev-parse', 'HEAD'));
      emptied(clone);
      const filter = (path: string) => path !== join(worktree, '.git');
      cpSync(worktree, clone, { recursive: true, verbatimSymlinks: true, filter });
      await run('add', '--all');
      await run('commit', '-q', '--allow-empty', '-m', 'All of it');
      return await run('rev-parse', 'HEAD');
    },
    /** Merges, and gives the files that conflict; null when it is clean. */
    async merge(ours: string, theirs: string): Promise<string[] | null> {
      await run('checkout', '-qf', '--detach', ours);
      const isClean = await run('merge', '-q', '-m', 'both', theirs).then(
        () => true,
        () => false,
      );
      if (isClean) return null;
      const unmerged = await run('diff', '--name-only', '--diff-filter=U', '-z');
      // Git's name for a file that had to make way says of which side it is.
      const own = (name: string) => name.replace(/~(HEAD|[0-9a-f]{40})(_\d+)?$/, '');
      return [...new Set(unmerged.split('\0').filter(Boolean).map(own))].sort();
    },
  };
}

it('says of 20 sessions what a real merge of everything in their worktrees then does', async () => {
  const make = (number: number) => create(client, { repo, name: `s${number}` });
  const moveBase = async (text: string) => {
    writeFileSync(join(repo, 'a'), textOf([text, ...linesOf('a')]));
    await box.git(repo, 'commit', '-qam', 'Main moves on');
  };
  const early = await Promise.all(numbers.slice(0, 10).map(make));
  await moveBase('one');
  const late = await Promise.all(numbers.slice(10).map(make));
  await moveBase('two');
  const sessions = [...early, ...late];
  for (const [index, session] of sessions.entries()) await work(session, index);

  const { conflicts, incomparable } = await client.request('conflict/list', { repo });
  expect(incomparable).toEqual([]);
  const keyOf = (one: string, other = 'base') => [one, other].sort().join(' and ');
  const told = new Map(
    conflicts.map((one) => [keyOf(one.session, one.with ?? undefined), one.files.sort()]),
  );
  expect(told.size).toBe(conflicts.length);

  const clone = await scratchClone();
  const base = await box.git(repo, 'rev-parse', 'HEAD');
  const works: Work[] = [];
  for (const session of sessions) {
    const [commit, letters] = [await clone.copy(session.worktree), await lettersOf(session)];
    works.push({ id: session.id, commit, letters });
  }
  const met = { clean: 0, conflict: 0, uncommitted: 0, untracked: 0 };
  for (const [index, one] of works.entries()) {
    for (const other of [null, ...works.slice(index + 1)]) {
      const files = await clone.merge(one.commit, other?.commit ?? base);
      const pair = keyOf(one.id, other?.id);
      expect(told.get(pair) ?? null, pair).toEqual(files);
      met[files ? 'conflict' : 'clean'] += 1;
      for (const file of files ?? []) {
        const [left, right] = [one.letters.get(file), other?.letters.get(file)];
        if (left && right) met.uncommitted += 1;
        if (left === '??' && right === '??') met.untracked += 1;
      }
    }
  }
  expect(met.clean + met.conflict).toBe(190 + 20);
  // The generator is worth nothing if all pairs are of one kind, or conflict only in what is committed.
  for (const times of Object.values(met)) expect(times).toBeGreaterThan(5);
});
