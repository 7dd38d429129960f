// The examples of docs/protocol, run by the programs they are for.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPython, findVim } from '../../scripts/interpreters.mjs';
import { answers } from '../../scripts/run.mjs';
import { hangMs } from '../support/limits.ts';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';

const example = (name: string) => resolve('docs/protocol/examples', name);
const run = promisify(execFile);

let world: Sandbox;
let repo: string;
let env: Record<string, string>;

beforeEach(async () => {
  world = await sandbox();
  repo = await world.repo();
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'tempest'), `#!/bin/sh\nexec node '${resolve('dist/cli.js')}' "$@"\n`);
  chmodSync(join(bin, 'tempest'), 0o755);
  env = { ...world.env, PATH: `${bin}:${world.env.PATH}` };
  mkdirSync(join(world.places.config, '..'), { recursive: true });
  writeFileSync(world.places.config, 'agent = "demo"\n');
});
afterEach(() => world.dispose());

const prompt = "it's <ünfixed>";
interface Example {
  name: string;
  file: string;
  args(prompt?: string): string[];
  env?: Record<string, string>;
  /** The one that need not be on every machine; its tests count as skipped there. */
  isMissing?: boolean;
}

const [python, vim] = await Promise.all([findPython(), findVim()]);

const examples: Example[] = [
  ...neovims.map(({ version, path }) => ({
    name: `neovim.lua in Neovim ${version}`,
    file: path,
    args: (text?: string) => ['-l', example('neovim.lua'), ...(text ? [text] : [])],
  })),
  {
    name: 'node.mjs',
    file: process.execPath,
    args: (text) => [example('node.mjs'), ...(text ? [text] : [])],
  },
  {
    name: 'python.py',
    file: python.path,
    args: (text) => [...python.args, example('python.py'), ...(text ? [text] : [])],
    env: python.env,
  },
  {
    name: 'vim9.vim',
    file: vim.path,
    args: (text) => [
      ...['-u', 'NONE', '-es'],
      ...(text ? ['--cmd', `let g:prompt = ${JSON.stringify(text)}`] : []),
      ...['-S', example('vim9.vim')],
    ],
    env: vim.env,
  },
  {
    name: 'emacs.el',
    file: 'emacs',
    args: (text) => ['-Q', '--batch', '-l', example('emacs.el'), ...(text ? [text] : [])],
    isMissing: !(await answers('emacs', '--version')),
  },
];

describe.each(examples)('$name', ({ file, args, env: own = {}, isMissing = false }) => {
  it.skipIf(isMissing)('starts the daemon, creates a session, and lists it', async () => {
    const options = { cwd: repo, env: { ...env, ...own }, timeout: hangMs };
    expect((await run(file, args(), options)).stdout).toBe('');
    const created = await run(file, args(prompt), options);
    expect(created.stdout).toMatch(/^\w{8} {2}(starting|working|waiting|idle) {2}\S+\n$/);
    expect(created.stderr).toMatch(/worktree/i);
    const listed = await run(file, args(), options);
    expect(listed.stdout.slice(0, 8)).toBe(created.stdout.slice(0, 8));
    const id = created.stdout.slice(0, 8);
    const record = readFileSync(join(world.places.sessions, `${id}.json`), 'utf8');
    expect(JSON.parse(record)).toMatchObject({ prompt });
  });

  it.skipIf(isMissing)('fails with what went wrong, and the hint', async () => {
    const options = { cwd: world.root, env: { ...env, ...own }, timeout: hangMs };
    await expect(run(file, args('outside'), options)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/repository/),
    });
  });
});
