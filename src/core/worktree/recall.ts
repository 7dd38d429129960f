// Remembers what git said of a checkout, for as long as every file that it stands in is the same: a
// session then begins without asking git first. Where that can't be told for certain, nothing is kept.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repo } from './repo.ts';

/** What git was asked, and when. */
export interface Told {
  repo: Repo;
  /** The worktree's own git folder. */
  gitDir: string;
  /** The full name of the ref that HEAD stands for; null when detached. */
  head: string | null;
  asking: Asking;
}

/** What was seen before git was asked. */
export interface Asking {
  /** In ms since 1970. */
  at: number;
  /** The usual place of the settings. */
  config: string;
}

interface Remembered {
  repo: Repo;
  prints: Print[];
}

/** One file, and what shows that it is the same. */
interface Print {
  path: string;
  of: keyof typeof show;
  shown: string;
}

const show = {
  /** Every byte: of small files that change often. */
  text: (path: string) => readFile(path, 'latin1'),
  /** Git replaces such a file when it changes it, and so does an editor, or at least its times tell. */
  version: async (path: string) => {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  },
  /** Which folder it is, whatever becomes of what is in it. */
  identity: async (path: string) => {
    const { dev, ino } = await stat(path, { bigint: true });
    return [dev, ino].join(' ');
  },
};

/** Checkouts; the one that was told longest ago goes first. */
const most = 100;
/** A file that changed less than this before git was asked, in ms, may change again within one tick. */
const settledMs = 1_000;
const absent = 'ENOENT';

const remembered = new Map<string, Remembered>();

/** What git would say of the checkout whose top folder has this real path; null where it must be asked. */
export async function recall(top: string): Promise<Repo | null> {
  const known = remembered.get(top);
  if (!known) return null;
  const same = await Promise.all(
    known.prints.map(async ({ path, of, shown }) => (await look(path, of)).shown === shown),
  );
  if (same.every(Boolean)) return known.repo;
  remembered.delete(top);
  return null;
}

/** To be called before git is asked for a folder that may be the top of a checkout. */
export async function aboutToAsk(folder: string): Promise<Asking> {
  const { shown: config } = await look(join(folder, '.git', 'config'), 'text');
  return { at: Date.now(), config };
}

/** Keeps what git said of a checkout, told by its top folder, if it can be told when that changes. */
export async function remember(told: Told): Promise<void> {
  const prints = await printsOf(told);
  const { repo } = told;
  remembered.delete(repo.here);
  if (prints) remembered.set(repo.here, { repo, prints });
  for (const top of remembered.keys()) if (remembered.size > most) remembered.delete(top);
}

async function printsOf({ repo, gitDir, head, asking }: Told): Promise<Print[] | null> {
  const { commonDir, here, commit } = repo;
  const config = await look(join(commonDir, 'config'), 'text');
  const isSame = config.shown === asking.config || (await isSettled(config.path, asking.at));
  if (!isSame || /^\s*\[include/im.test(config.shown)) return null;
  const headText = await look(join(gitDir, 'HEAD'), 'text');
  const stands = Buffer.from(head === null ? `${commit}\n` : `ref: ${head}\n`);
  if (headText.shown !== stands.toString('latin1')) return null;
  const refs = head === null ? [] : [await look(join(commonDir, head), 'text')];
  // A file of its own counts for more than where refs are packed; one that stands for another ref is none of ours.
  if (refs.some(({ shown }) => shown !== `${commit}\n` && shown !== absent)) return null;
  const packed = refs.some(({ shown }) => shown === absent);
  const versions = [
    join(gitDir, 'config.worktree'),
    ...(packed ? [join(commonDir, 'packed-refs')] : []),
  ];
  const settled = await Promise.all(versions.map((path) => isSettled(path, asking.at)));
  if (!settled.every(Boolean)) return null;
  const rest = await Promise.all([
    look(join(here, '.git'), 'identity'),
    look(join(gitDir, 'commondir'), 'text'),
    ...versions.map((path) => look(path, 'version')),
  ]);
  return [config, headText, ...refs, ...rest];
}

async function look(path: string, of: Print['of']): Promise<Print> {
  const shown = await show[of](path).catch((error: NodeJS.ErrnoException) => error.code ?? '');
  return { path, of, shown };
}

async function isSettled(path: string, at: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return !found || Math.max(found.mtimeMs, found.ctimeMs) < at - settledMs;
}
