// Makes real git repositories for tests.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface RepoOptions {
  /** Folder, absolute. */
  path: string;
  /** Path in the repository → content; committed all together. None: no commit is made. */
  files?: Record<string, string>;
  branch?: string;
}

const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

/** Runs git for a fixture, with somebody's name; returns what it printed, without the last newline. */
export async function fixtureGit(
  env: NodeJS.ProcessEnv,
  cwd: string,
  args: string[],
): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, {
    cwd,
    env: { ...env, ...identity },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.replace(/\n$/, '');
}

/** Returns the repository's path. */
export async function makeRepo(
  env: NodeJS.ProcessEnv,
  { path, files = { 'README.md': '# A project\n' }, branch = 'main' }: RepoOptions,
): Promise<string> {
  mkdirSync(path, { recursive: true });
  await fixtureGit(env, path, ['init', '--quiet', '--initial-branch', branch]);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  if (Object.keys(files).length > 0) {
    await fixtureGit(env, path, ['add', '--all']);
    await fixtureGit(env, path, ['commit', '--quiet', '--message', 'Begin']);
  }
  return path;
}
