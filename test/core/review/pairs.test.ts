// 1,000 pairs of trees: files, counts and hunks are git's own, and all hunks applied to the one give the other.

import { isUtf8 } from 'node:buffer';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { git, gitBytes } from '../../../src/core/git.ts';
import { diffFiles } from '../../../src/core/review/diff.ts';
import { type FileHunks, fileHunks, type Hunk, treeHunks } from '../../../src/core/review/hunks.ts';
import { makeHistory } from '../../support/history.ts';
import { normalized, patchText } from '../../support/patch-text.ts';
import { random } from '../../support/random.ts';
import { testHome, testRepo } from '../../support/scratch-repo.ts';

/** Git may pair the lines of a change in another way when it shows none around it, and then counts others. */
const listed = ['diff', '--raw', '--numstat', '--no-abbrev'];
const patched = ['diff', '--patch', '-U0', '--full-index'];

const readers: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.stdin.end();
});

/** Reads blobs by their ids through one git, one after the other. */
function blobReader(cwd: string): (id: string) => Promise<Buffer> {
  const reader = spawn('git', ['cat-file', '--batch'], { cwd });
  readers.push(reader);
  const known = new Map<string, Promise<Buffer>>();
  let last: Promise<unknown> = Promise.resolve();
  const read = async (id: string) => {
    reader.stdin.write(`${id}\n`);
    let bytes = Buffer.alloc(0);
    for (;;) {
      const head = bytes.indexOf('\n');
      const size = Number(/^\w+ blob (\d+)$/.exec(bytes.toString('latin1', 0, head))?.[1]);
      if (head >= 0 && bytes.length === head + size + 2) return bytes.subarray(head + 1, -1);
      const more = await new Promise<Buffer>((done) => reader.stdout.once('data', done));
      bytes = Buffer.concat([bytes, more]);
    }
  };
  return (id) => {
    const asked = known.get(id) ?? last.then(() => read(id));
    last = asked;
    known.set(id, asked);
    return asked;
  };
}

/** The old lines that the hunks leave, with the hunks' new ones in their places. */
function apply(old: Buffer, hunks: readonly Hunk[]): Buffer {
  const lines = old.toString('latin1').split(/(?<=\n)/);
  const parts: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const from = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    parts.push(...lines.slice(at, from), hunk.new.toString('latin1'));
    at = from + hunk.oldLines;
    expect(lines.slice(from, at).join('')).toBe(hunk.old.toString('latin1'));
  }
  return Buffer.from([...parts, ...lines.slice(at)].join(''), 'latin1');
}

const zeros = /^0+$/;
const isSubmodule = (mode: string) => mode === '160000';

/** What was met, so that a generator that makes nothing of a kind proves nothing of it. */
function kindsOf(file: FileHunks, { binary }: { binary?: boolean } = {}): string[] {
  const { status, mode, oldMode, path, hunks } = file;
  return [
    status,
    `${oldMode.slice(0, 2)} to ${mode.slice(0, 2)}`,
    binary ? 'binary' : '',
    oldMode !== mode && hunks.length === 0 ? 'only the mode' : '',
    isUtf8(path) ? '' : 'name of no encoding',
    hunks.some(({ old }) => old.length > 0 && old.at(-1) !== 0x0a) ? 'no last newline' : '',
  ];
}

interface Pair {
  cwd: string;
  base: string;
  tree: string;
}

/** Reads the blobs of the left side with `blob`, and gives the files that differ, the kinds of each with it. */
async function check({ cwd, base, tree }: Pair, blob: ReturnType<typeof blobReader>) {
  const [files, hunks, ...printed] = await Promise.all([
    diffFiles({ cwd, base, tree }),
    treeHunks({ cwd, base, tree }),
    gitBytes([...listed, base, tree], { cwd }),
    gitBytes([...patched, base, tree], { cwd }),
  ]);
  expect(patchText(files, hunks), `${base} ${tree}`).toBe(normalized(...printed));

  for (const [index, file] of hunks.entries()) {
    const ids = new Set(file.hunks.map(({ id }) => id));
    expect(ids.size).toBe(file.hunks.length);
    if (files[index]?.binary || isSubmodule(file.mode) || zeros.test(file.blob)) continue;
    // What became something else, or is new, begins with nothing.
    const isFresh = file.oldMode.slice(0, 2) !== file.mode.slice(0, 2);
    const old = isFresh ? Buffer.alloc(0) : await blob(file.oldBlob);
    const applied = apply(old, isFresh ? file.hunks.filter((h) => h.oldLines === 0) : file.hunks);
    const head = `blob ${applied.length}\0`;
    expect(createHash('sha1').update(head).update(applied).digest('hex')).toBe(file.blob);
  }
  return hunks.map((file, index) => ({ file, kinds: kindsOf(file, files[index]) }));
}

/** One that is asked for alone has the hunks that it has among all of them. */
async function checkAlone(pair: Pair, { path, hunks }: FileHunks): Promise<void> {
  const what = `${path.toString('latin1')}, ${pair.base} ${pair.tree}`;
  expect(await fileHunks({ ...pair, path }), what).toEqual(hunks);
}

/** Each file of one pair in so many is asked for alone, and one of each other pair: a file costs up to four gits. */
const inFull = 25;

async function checkAll(cwd: string, pairs: [string, string][], seed: number) {
  const blob = blobReader(cwd);
  const r = random(seed);
  const [kinds, alone] = [new Set<string>(), new Set<string>()];
  for (const [index, [base, tree]] of pairs.entries()) {
    const pair = { cwd, base, tree };
    const found = await check(pair, blob);
    const drawn = r(found.length);
    for (const [at, { file, kinds: met }] of found.entries()) {
      for (const kind of met) kinds.add(kind);
      if (at !== drawn && index % inFull !== 0) continue;
      await checkAlone(pair, file);
      for (const kind of met) alone.add(kind);
    }
  }
  return { kinds: [...kinds], alone: [...alone] };
}

function pairsOf(commits: string[], seed: number, count: number, farthest: number) {
  const r = random(seed);
  return Array.from({ length: count }, (): [string, string] => {
    const at = r(commits.length - 1);
    const to = Math.min(commits.length - 1, at + 1 + r(farthest));
    const pair = [commits[at] ?? '', commits[to] ?? ''];
    return (r(2) ? pair : pair.reverse()) as [string, string];
  });
}

/** This project's own; null in what has none, or next to none: a release's archive, a shallow clone. */
async function ownHistory(cwd: string): Promise<{ cwd: string; commits: string[] } | null> {
  if (!existsSync(join(cwd, '.git'))) return null;
  const listed = await git(['rev-list', '--reverse', '--max-count=500', 'HEAD'], { cwd });
  const commits = listed.split('\n').filter(Boolean);
  return commits.length > 50 ? { cwd, commits } : null;
}
const own = await ownHistory(resolve('.'));

function generated(seed: number) {
  const repo = testRepo({ empty: true });
  mkdirSync(join(repo.root, '.git/info'), { recursive: true });
  const attributes = '*.gen* -diff\n*.py* diff=python\n*.md* diff=markdown\n';
  writeFileSync(join(repo.root, '.git/info/attributes'), attributes);
  return { cwd: repo.root, commits: makeHistory(repo, seed, 40) };
}

const statuses = ['added', 'modified', 'deleted', 'renamed', 'type-changed'];
const allKinds = [
  ...statuses,
  ...['binary', 'only the mode', 'name of no encoding', 'no last newline'],
  ...['16 to 16', '00 to 16', '16 to 00'],
];

describe('between pairs of trees, files, counts and hunks are as git prints them, and lead from one to the other', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])(
    'hazards 23, 24: 100 of the history made from seed %i',
    async (seed) => {
      const { cwd, commits } = generated(seed);
      const { kinds, alone } = await checkAll(cwd, pairsOf(commits, seed, 100, 12), seed);
      expect(kinds).toEqual(expect.arrayContaining(allKinds));
      expect(alone).toEqual(expect.arrayContaining(statuses));
    },
  );

  // What was compared is said where it is read that it passed.
  const last = own
    ? `300 of this project's own history, of ${own.commits.length} commits`
    : '300 of the history made from seed 8, since this copy of the project has no history of its own';
  it(last, async () => {
    testHome();
    const { cwd, commits } = own ?? generated(8);
    const { kinds, alone } = await checkAll(cwd, pairsOf(commits, 8, 300, 3), 8);
    expect(kinds).toEqual(expect.arrayContaining(statuses.slice(0, 3)));
    expect(alone).toEqual(expect.arrayContaining(statuses.slice(0, 2)));
  });
});
