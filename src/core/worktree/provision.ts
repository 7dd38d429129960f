// Carries over what git doesn't: chosen untracked files from the checkout where the person stands.
import { lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { throwIfCancelled } from '../cancel.ts';
import { readText } from '../plain-file.ts';
import { notKept } from '../store.ts';
import { pathIn } from './plumbing.ts';
import { listUntracked, type Untracked } from './untracked.ts';
import { copyWhole, forgetGrowing } from './whole-copy.ts';

export { listUntracked, type Untracked } from './untracked.ts';

export interface CarryOver {
  /** The checkout where the person stands. */
  from: string;
  to: string;
  /** In gitignore syntax, beside those of the checkout's `.worktreeinclude`. */
  patterns: string[];
  /** What `listUntracked` gave for `from`, where that was asked before. */
  untracked?: Untracked | undefined;
  signal?: AbortSignal | undefined;
  /** Called when the copy of a file is whole, and not in its place yet. */
  onCopied?: (() => Promise<void> | void) | undefined;
}

const includeFile = '.worktreeinclude';

/**
 * Copies the untracked files, ignored or not, that match: copy-on-write where the file system can,
 * with their modes; symlinks as symlinks. Nothing that exists is overwritten, and nothing is there by half;
 * nested repositories and other worktrees are left out, and a pattern without a slash doesn't reach
 * into ignored folders such as node_modules.
 * @returns what was copied, relative to `from`.
 */
export async function carryOver(o: CarryOver): Promise<string[]> {
  const listed = await readText(join(o.from, includeFile)).catch(() => '');
  const patterns = [...listed.split(/\r?\n/), ...o.patterns];
  const deep = patterns.filter(
    (pattern) => /[^/!]\/+[^/]/.test(pattern.trim()) || /^\s*!?\//.test(pattern),
  );
  const all = ignore().add(patterns);
  const reaching = ignore().add(deep);
  const { files, ignoredFolders } = o.untracked ?? (await listUntracked(o.from, o.signal));
  const copied: string[] = [];
  await forgetGrowing(o.to);
  for (const path of files) await visit(o, path, all, null, copied);
  const inside = deep.length > 0 ? reaching : null;
  for (const path of ignoredFolders) await visit(o, path, all, inside, copied);
  return copied;
}

/**
 * Paths are bytes: they travel as latin1, so that a name that is not UTF-8 arrives as it left.
 */
async function visit(
  o: CarryOver,
  path: string,
  top: Ignore,
  inside: Ignore | null,
  copied: string[],
): Promise<void> {
  throwIfCancelled(o.signal, 'carrying files over');
  const isFolder = path.endsWith('/');
  const text = Buffer.from(path, 'latin1').toString();
  if (!isFolder) {
    if (top.ignores(text) && (await copyOne(o, path))) copied.push(text);
    return;
  }
  if (await isRepository(o, path)) return;
  const next = top.ignores(text) ? top : inside;
  if (!next) return;
  const entries = await readdir(pathIn(o.from, path), { withFileTypes: true, encoding: 'buffer' });
  for (const entry of entries) {
    const name = Buffer.from(entry.name).toString('latin1');
    await visit(o, `${path}${name}${entry.isDirectory() ? '/' : ''}`, next, next, copied);
  }
}

async function isRepository(o: CarryOver, path: string): Promise<boolean> {
  return (await lstat(pathIn(o.from, `${path}.git`)).catch(() => null)) !== null;
}

async function copyOne(o: CarryOver, path: string): Promise<boolean> {
  const [source, target] = [pathIn(o.from, path), pathIn(o.to, path)];
  const found = await lstat(source).catch(() => null);
  if (!found || !(found.isFile() || found.isSymbolicLink())) return false;
  if (!(await staysInside(o.to, path))) return false;
  // Lest a large file is copied in vain.
  if (await lstat(target).catch(() => null)) return false;
  await mkdir(pathIn(o.to, dirname(path)), { recursive: true });
  try {
    if (found.isSymbolicLink()) await symlink(await readlink(source, 'buffer'), target);
    else await copyWhole({ worktree: o.to, source, target, onCopied: o.onCopied });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw notKept(target.toString(), error);
  }
}

/** No folder on the way may be a symlink, which could lead out of the worktree. */
async function staysInside(root: string, path: string): Promise<boolean> {
  const parts = path.split('/').slice(0, -1);
  for (let length = 1; length <= parts.length; length++) {
    const found = await lstat(pathIn(root, parts.slice(0, length).join('/'))).catch(() => null);
    if (!found) return true;
    if (!found.isDirectory()) return false;
  }
  return true;
}
