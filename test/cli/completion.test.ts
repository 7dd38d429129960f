import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findShell, type Shell, type ShellName } from '../../scripts/shells.mjs';
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
  mkdirSync(join(repo, 'folder'));
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
    [['new', '-a', 'cod'], ['codex']],
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
    [['fork', 'alpha', '--file', ''], [':files']],
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

/** Starts each shell as a person has it, with the completion loaded in the way that its script says. */
const starts: Record<ShellName, (shell: Shell) => { args: string[]; file: string; rc: string }> = {
  bash: () => {
    const file = join(box.root, 'bashrc');
    const rc = `PS1='$ '; bind 'set enable-bracketed-paste off'; source <(tempest completion bash)`;
    return { args: ['--noprofile', '--rcfile', file, '-i'], file, rc };
  },
  zsh: ({ root }) => {
    const folders = `module_path=(${root}$^module_path) fpath=(${root}$^fpath)`;
    const rc = `PS1='$ '\n${folders}\nautoload -Uz compinit; compinit -u; source <(tempest completion zsh)`;
    return { args: ['-i'], file: join(box.home, '.zshrc'), rc };
  },
  fish: () => {
    const folder = '$XDG_CONFIG_HOME/fish/completions';
    const load = `mkdir -p ${folder}; tempest completion fish > ${folder}/tempest.fish`;
    const plain = 'set fish_greeting; set -g fish_autosuggestion_enabled 0';
    const rc = `${plain}\nfunction fish_prompt; echo '$ '; end\n${load}`;
    return { args: ['-i'], file: join(box.root, 'config/fish/config.fish'), rc };
  },
};

describe.each(['bash', 'zsh', 'fish'] as const)('in a real %s', (name) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await findShell(name);
  });

  it.each([
    ['tempest att\t', /tempest attach $/],
    ['tempest attach al\t', /tempest attach alpha $/],
    ['tempest new --agent=wit\t', /tempest new --agent=witness $/],
    ['tempest new --base feature/\t', /tempest new --base feature\/one $/],
    ['tempest list --repo fold\t', /tempest list --repo folder\/$/],
    ["tempest send 'al' \t", /tempest send 'al' $/],
    ['tempest new x -- tempes\t', /tempest new x -- tempest $/],
    ['tempest new x -- cat REA\t', /tempest new x -- cat README.md $/],
  ])('%j is completed', async (keys, expected) => {
    const { args, file, rc } = starts[name](shell);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${rc}\n`);
    const run = inTerminal(box, shell.path, args, { cwd: repo, env, cols: 100, rows: 24 });
    await run.waitFor(/^\$/m);
    run.type(keys);
    // The mark comes after the completion: a shell takes keys in order.
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

  it.each(shells)('for %s are printed as they stand in the package', async (shell, file) => {
    const { stdout } = await tempest(box, ['completion', shell]);
    const path = resolve(import.meta.dirname, '../../completions', file);
    expect(stdout).toBe(execFileSync('cat', [path]).toString());
  });
});
