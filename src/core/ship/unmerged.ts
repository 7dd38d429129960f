// The files at which a merge or a rebase has stopped in a worktree: where their markers are, and which have none.
import { lstat, readFile } from 'node:fs/promises';
import { TempestError } from '../errors.ts';
import { pathIn, plumbing, type Run, utf8 } from '../worktree/plumbing.ts';
import type { ByHand, ConflictKind } from './strategies.ts';

export interface ConflictedFile {
  /** What is not UTF-8 in it is replaced. */
  path: string;
  kind: ConflictKind;
  /** The same, for a person. */
  text: string;
  /** The lines, counted from 1, in which a conflict begins. */
  markers: number[];
}

/** Their order is that of the index. */
export async function conflictedFiles(worktree: string, by: ByHand): Promise<ConflictedFile[]> {
  const files = await unmergedIn(worktree);
  return files.map((file) => {
    const begins = new RegExp(`^<{${file.size},} `);
    const markers = linesOf(file).flatMap((line, at) => (begins.test(line) ? [at + 1] : []));
    const path = utf8(file.path);
    const kind = kindOf(file, { by, hasMarkers: markers.length > 0 });
    const isLeft = kind !== 'content' || markers.length > 0;
    return {
      path,
      kind,
      text: isLeft ? wordsFor(kind, by) : `${words.content}; no marker is left`,
      markers,
    };
  });
}

/** A rebase stands on the base: there, that is "ours". */
function wordsFor(kind: ConflictKind, by: ByHand): string {
  if (kind !== 'binary' && kind !== 'link') return words[kind];
  const [ours, theirs] = by === 'merge' ? ['session', 'base'] : ['base', 'session'];
  return `${words[kind]}: \`git checkout --ours FILE\` (of the ${ours}) or \`--theirs\` (of the ${theirs}), then \`git add FILE\``;
}

const words: Record<ConflictKind, string> = {
  content: 'changed on both sides',
  binary: 'changed on both sides, and binary',
  link: 'changed on both sides, and a symbolic link',
  submodule: 'a submodule that was moved on both sides: take one of them',
  'deleted-in-base': 'deleted in the base, changed in the session: `git add` or `git rm` it',
  'deleted-in-session': 'deleted in the session, changed in the base: `git add` or `git rm` it',
  moved: 'renamed or replaced on one side: see `git status`',
};

/**
 * The paths of those that nobody has resolved. A file is taken for resolved once git says so, and also when both sides
 * have it, no marker is left in it, and it isn't what it was before: that may be all that git left there of a file
 * which it can't merge, such as a binary one.
 */
export async function unresolvedIn(worktree: string): Promise<string[]> {
  const run = plumbing({ cwd: worktree });
  const unresolved: string[] = [];
  for (const file of await unmergedIn(worktree)) {
    if (!(await isResolved(run, file))) unresolved.push(file.path);
  }
  return unresolved.map(utf8);
}

/** @throws TempestError `conflict` while there are such. */
export async function refuseUnresolved(worktree: string): Promise<void> {
  const unresolved = await unresolvedIn(worktree);
  if (unresolved.length > 0) {
    throw new TempestError(
      'conflict',
      `conflicts are not resolved: ${unresolved.join(', ')}`,
      `Resolve them in ${worktree}, and \`git add\` those that have no markers; or let the agent do it.`,
    );
  }
}

interface Side {
  mode: string;
  id: string;
}

interface Unmerged {
  /** latin1, from the top of the worktree. */
  path: string;
  /** What both come from; git's "ours" and "theirs". */
  before?: Side;
  ours?: Side;
  theirs?: Side;
  /** What is on disk, as latin1; null where there is no plain file. */
  text: string | null;
  /** How long its markers are, and how it is merged, as gitattributes(5) says. */
  size: number;
  merge: string;
}

const sides = [null, 'before', 'ours', 'theirs'] as const;

async function unmergedIn(worktree: string): Promise<Unmerged[]> {
  const run = plumbing({ cwd: worktree });
  const found = new Map<string, Pick<Unmerged, 'before' | 'ours' | 'theirs'>>();
  for (const entry of (await run(['ls-files', '--unmerged', '-z'])).split('\0')) {
    const [, mode = '', id = '', stage, path = ''] =
      /^(\d+) (\w+) ([123])\t(.+)$/s.exec(entry) ?? [];
    const side = sides[Number(stage)];
    if (side) found.set(path, { ...found.get(path), [side]: { mode, id } });
  }
  if (found.size === 0) return [];
  const paths = [...found.keys()];
  const attributes = await attributesOf(run, paths);
  return await Promise.all(
    paths.map(async (path) => {
      const { merge = '', 'conflict-marker-size': size } = attributes.get(path) ?? {};
      const text = await textOf(worktree, path);
      return { path, ...found.get(path), text, size: Number(size) || 7, merge };
    }),
  );
}

async function attributesOf(run: Run, paths: string[]) {
  const input = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
  const args = ['check-attr', '-z', '--stdin', 'merge', 'conflict-marker-size'];
  const told = (await run(args, { input })).split('\0');
  const attributes = new Map<string, Record<string, string>>();
  for (let at = 0; at + 2 < told.length; at += 3) {
    const [path = '', name = '', value = ''] = told.slice(at);
    attributes.set(path, { ...attributes.get(path), [name]: value });
  }
  return attributes;
}

async function textOf(worktree: string, path: string): Promise<string | null> {
  const file = pathIn(worktree, path);
  const info = await lstat(file).catch(() => null);
  return info?.isFile() ? (await readFile(file)).toString('latin1') : null;
}

function linesOf({ text }: Unmerged): string[] {
  return text?.split(/\r?\n/) ?? [];
}

/** Git itself looks for a zero byte in as much of a file. */
const binaryLook = 8_000;

function kindOf(
  { before, ours, theirs, text, merge }: Unmerged,
  { by, hasMarkers }: { by: ByHand; hasMarkers: boolean },
): ConflictKind {
  if (ours && theirs) {
    const modes = [ours.mode, theirs.mode];
    if (modes.includes('160000')) return 'submodule';
    if (modes.includes('120000')) return 'link';
    if (hasMarkers) return 'content';
    const isBinary = text?.slice(0, binaryLook).includes('\0') || /^(unset|binary)$/.test(merge);
    return isBinary ? 'binary' : 'content';
  }
  // A rebase stands on the base: there, that is "ours".
  const [base, session] = by === 'merge' ? [theirs, ours] : [ours, theirs];
  if (before && session) return 'deleted-in-base';
  if (before && base) return 'deleted-in-session';
  return 'moved';
}

async function isResolved(run: Run, file: Unmerged): Promise<boolean> {
  const { path, ours, theirs, text, size, merge } = file;
  if (!ours || !theirs || text === null) return false;
  if (![ours, theirs].every(({ mode }) => mode.startsWith('100'))) return false;
  // One with a program of its own to merge it may have no markers.
  if (!/^(unspecified|set|text)$/.test(merge)) return false;
  const marker = new RegExp(`^[<|>]{${size},}( |$)|^={${size}}$`);
  if (linesOf(file).some((line) => marker.test(line))) return false;
  const input = Buffer.from(path, 'latin1');
  const now = await run(['hash-object', '--stdin-paths'], { input }).catch(() => ours.id);
  return now !== ours.id;
}
