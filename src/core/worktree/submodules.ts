// Fills a new worktree's submodules from the modules that the main checkout already has.
import { join } from 'node:path';
import { gitTry } from '../git.ts';
import { isThere } from './list.ts';
import type { Repo } from './repo.ts';

interface Place {
  repo: Repo;
  path: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((line: string) => void) | undefined;
}

/**
 * Initialises what the person has initialised in the main checkout, nested ones too; a failure is a
 * warning. Nothing is registered in the shared config: there, each of them is registered already.
 */
export async function initSubmodules(o: Place): Promise<void> {
  await fill(o, o.path, o.repo.commonDir);
}

/** @param source the git folder, in the main checkout, of the repository that `worktree` is of. */
async function fill(o: Place, worktree: string, source: string): Promise<void> {
  if (!(await isThere(join(worktree, '.gitmodules')))) return;
  const isNested = worktree !== o.path;
  const pattern = ['-z', '--get-regexp', '^submodule\\..*\\.path$'];
  const list = await gitTry(['config', '--file', '.gitmodules', ...pattern], { cwd: worktree });
  for (const entry of list.stdout.toString().split('\0').filter(Boolean)) {
    const [key = '', path = ''] = entry.split(/\n(.*)/s);
    const name = key.slice('submodule.'.length, -'.path'.length);
    const url = await configured(source, `submodule.${name}.url`);
    if (!url || (await isThere(join(worktree, path, '.git')))) continue;
    const local = join(source, 'modules', name);
    if (await fillOne(o, { worktree, path, name, url, local, isNested })) {
      await fill(o, join(worktree, path), local);
    }
  }
}

interface Submodule {
  worktree: string;
  path: string;
  name: string;
  url: string;
  /** Its git folder in the main checkout. */
  local: string;
  isNested: boolean;
}

/** Clones from the local folder where it is there, then lets it know its real remote again. */
async function fillOne(o: Place, m: Submodule): Promise<boolean> {
  const run = (args: string[], cwd = m.worktree) => gitTry(args, { cwd, signal: o.signal });
  const update = [
    'submodule',
    '--quiet',
    'update',
    ...(m.isNested ? ['--init'] : []),
    '--',
    m.path,
  ];
  const hasLocal = await isThere(join(m.local, 'objects'));
  const from = ['-c', `submodule.${m.name}.url=${m.local}`, '-c', 'protocol.file.allow=always'];
  let answer = await run(hasLocal ? [...from, ...update] : update);
  if (hasLocal && (await isThere(join(m.worktree, m.path, '.git')))) {
    await run(['config', 'remote.origin.url', m.url], join(m.worktree, m.path));
    if (m.isNested) await run(['config', `submodule.${m.name}.url`, m.url]);
    if (answer.code !== 0) answer = await run(update);
  }
  if (answer.code === 0) return true;
  o.onProgress?.(`submodule ${m.path}: ${answer.stderr.trim().split('\n').at(-1) ?? 'failed'}`);
  return false;
}

async function configured(source: string, key: string): Promise<string> {
  const args = ['config', '--file', join(source, 'config'), '--get', key];
  return (await gitTry(args, { cwd: source })).stdout.toString().replace(/\n$/, '');
}
