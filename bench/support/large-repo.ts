// Repositories of many files, made once and kept in the cache folder, or in memory, where they go with the bench.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { isInMemory } from '../../src/core/worktree/checkout.ts';
import { fixtureGit } from '../../test/support/repository.ts';
import type { World } from '../world.ts';

/** Raised when what is made differs, so that an older one isn't taken. */
const generation = 1;

/**
 * A repository with this many files of 150 bytes to 4 KiB in a tree as deep as a project's, checked
 * out and clean. Gives its path.
 */
export async function largeRepo(
  files: number,
  { sandbox: { env, root }, say }: World,
): Promise<string> {
  const folder = isInMemory(root) ? root : cacheFolder();
  const path = join(folder, `files-${files}-${generation}`);
  if (!existsSync(path)) {
    say(`making a repository of ${files} files in ${path}`);
    const draft = `${path}.draft-${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(dirname(draft), { recursive: true });
    await fixtureGit(env, dirname(draft), ['init', '--quiet', '--initial-branch', 'main', draft]);
    await importFiles(env, draft, files);
    await fixtureGit(env, draft, ['reset', '--quiet', '--hard']);
    renameSync(draft, path);
  }
  // What a run that was ended before left behind; the whole repository is the bench's own.
  await fixtureGit(env, path, ['worktree', 'prune']);
  return path;
}

function cacheFolder(): string {
  const xdg = process.env.XDG_CACHE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'tempest', 'bench');
}

async function importFiles(env: NodeJS.ProcessEnv, cwd: string, files: number): Promise<void> {
  const git = spawn('git', ['fast-import', '--quiet'], {
    cwd,
    env,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(git, 'exit');
  const put = async (text: string) => {
    if (!git.stdin.write(text)) await once(git.stdin, 'drain');
  };
  await put(
    'commit refs/heads/main\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata 5\nBegin\n',
  );
  for (let n = 0; n < files; n += 1) {
    const text = content(n);
    await put(`M 100644 inline ${pathOf(n)}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  }
  git.stdin.end();
  await finished(git.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with code ${code}`);
}

/** Ten files a folder, as projects have them. */
function pathOf(n: number): string {
  const folder = Math.floor(n / 10);
  return `packages/p${folder % 40}/src/part-${Math.floor(folder / 40)}/file-${n}.ts`;
}

/** Lines of code-like text; most files are short. */
function content(n: number): string {
  const lines = 3 + ((n * 7919) % 9) ** 2;
  const line = (at: number) => `export const value${n}_${at} = compute(${(n * 31 + at) % 9973});\n`;
  return Array.from({ length: lines }, (_, at) => line(at)).join('');
}
