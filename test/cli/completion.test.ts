import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { witness } from './support/agent.ts';
import { inTerminal, program, tempest, tempestJson } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let env: Record<string, string>;
beforeAll(async () => {
  box = await sandbox();
  repo = await box.repo();
  witness(box);
  await box.git(repo, 'branch', 'feature/one');
  await tempestJson(box, ['new', 'a prompt: with a colon', '--name', 'alpha'], { cwd: repo });
  await tempestJson(box, ['new', 'another', '--name', 'beta'], { cwd: repo });
  await tempestJson(box, ['remove', 'beta', '--force'], { cwd: repo });
  const bin = join(box.root, 'bin');
  mkdirSync(bin);
  symlinkSync(program, join(bin, 'tempest'));
  env = { PATH: `${bin}:${box.env.PATH}` };
});
afterAll(() => box.dispose());

async function complete(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await tempest(box, ['__complete', '--', ...words], {
    cwd: repo,
  });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter(Boolean);
}

const wordsOf = (lines: string[]) => lines.map((line) => line.split('\t')[0]);

describe('what is offered', () => {
  it.each([
    [['res'], ['restore']],
    [['attach', ''], ['alpha']],
    [['restore', ''], ['beta']],
    [['new', '--agent', 'wit'], ['witness']],
    [['new', '--agent=wit'], ['--agent=witness']],
    [['new', '-a', 'co'], ['codex']],
    [['new', '--base', 'feat'], ['feature/one']],
    [['completion', 'z'], ['zsh']],
    [['help', 'agen'], ['agents']],
    [
      ['list', '--re'],
      ['--repo', '--removed'],
    ],
    [['list', '--repo', ''], [':folders']],
    [['new', 'x', '--', ''], [':programs']],
    [['new', 'x', '--', 'ls', ''], [':files']],
    [['send', 'alpha', ''], []],
    [['nonsense', ''], []],
    [['__'], []],
  ])('at the end of %j', async (words, expected) => {
    expect(wordsOf(await complete(...words))).toEqual(expected);
  });

  it('comes with a description on the same line', async () => {
    expect(await complete('attach', 'al')).toEqual([
      expect.stringMatching(/^alpha\t\w+: a prompt: /),
    ]);
  });

  it('is nothing, silently, where the daemon cannot be had', async () => {
    const nowhere = { XDG_STATE_HOME: '/dev/null', XDG_RUNTIME_DIR: join(box.root, 'other') };
    const outcome = await tempest(box, ['__complete', '--', 'attach', ''], {
      cwd: repo,
      env: nowhere,
    });
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('in a real bash', () => {
  it.each([
    ['tempest att\t', /tempest attach $/],
    ['tempest attach al\t', /tempest attach alpha $/],
    ['tempest new --agent=wit\t', /tempest new --agent=witness $/],
    ['tempest new --base feature/\t', /tempest new --base feature\/one $/],
    ["tempest send 'al' \t", /tempest send 'al' $/],
    ['tempest new x -- ech\t', /tempest new x -- echo $/],
  ])('%j is completed', async (keys, expected) => {
    const rc = join(box.root, 'bashrc');
    writeFileSync(
      rc,
      "PS1='$ '\nbind 'set enable-bracketed-paste off'\nsource <(tempest completion bash)\n",
    );
    const run = inTerminal(box, 'bash', ['--noprofile', '--rcfile', rc, '-i'], {
      cwd: repo,
      env,
      cols: 100,
      rows: 24,
    });
    await run.waitFor(/^\$/m);
    run.type(keys);
    // The mark comes after the completion: bash takes keys in order.
    run.type('#');
    await run.waitFor(/^\$ .*#$/m);
    const line = run.screen().find((text) => text.endsWith('#')) ?? '';
    expect(line.slice(0, -1)).toMatch(expected);
  });
});

describe('the scripts', () => {
  const shells = [
    ['bash', 'tempest.bash'],
    ['zsh', '_tempest'],
    ['fish', 'tempest.fish'],
  ] as const;
  const installed = shells.filter(([shell]) => {
    try {
      execFileSync('sh', ['-c', `command -v ${shell}`]);
      return true;
    } catch {
      return false;
    }
  });

  it.each(shells)('for %s are printed as they stand in the package', async (shell, file) => {
    const { stdout } = await tempest(box, ['completion', shell]);
    const path = resolve(import.meta.dirname, '../../completions', file);
    expect(stdout).toBe(execFileSync('cat', [path]).toString());
  });

  it.each(installed)('for %s are of correct syntax', (shell, file) => {
    const path = resolve(import.meta.dirname, '../../completions', file);
    expect(() => execFileSync(shell, ['-n', path])).not.toThrow();
  });
});
