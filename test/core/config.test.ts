// Configuration: defaults without a file, and a mistake told by file, key and what was expected.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig, loadRepoConfig } from '../../src/core/config.ts';
import { splitWords } from '../../src/core/words.ts';
import { testHome } from '../support/scratch-repo.ts';

function file(text: string): string {
  const path = join(testHome(), 'config.toml');
  writeFileSync(path, text);
  return path;
}

it('has defaults for all', async () => {
  const config = await loadConfig(join(testHome(), 'none.toml'));
  expect(config).toEqual({
    agent: 'claude',
    branch_prefix: 'tempest/',
    worktrees: null,
    copy: ['.env*'],
    base: null,
    notify: null,
    forges: {},
    agents: {},
    warnings: [],
  });
});

it('reads agents, whose commands no shell sees', async () => {
  const path = file(`
    agent = "mine"
    worktrees = "~/trees"
    colour = "red"
    [agents.mine]
    command = "run 'a b' \\"c $HOME\\" $(id) d\\\\ e"
    prompt = "typed"
    env = { A = "1" }
    model = "x"
    [agents.other]
    command = ["x", "--id", "{conversation}"]
    resume = ["--resume", "{conversation}"]
  `);
  const config = await loadConfig(path);
  expect(config.worktrees).toBe(join(process.env.HOME ?? '', 'trees'));
  expect(config.agents.mine).toMatchObject({
    command: ['run', 'a b', 'c $HOME', '$(id)', 'd e'],
    prompt: 'typed',
    env: { A: '1' },
  });
  expect(config.agents.other?.command).toEqual(['x', '--id', '{conversation}']);
  expect(config.warnings).toEqual([
    `${path}: colour means nothing here`,
    `${path}: agents.mine.model means nothing here`,
  ]);
});

it.each([
  ['agent = 3', /agent: expected string/],
  ['agents = 3', /agents: expected record/],
  ['[agents.x]', /agents\.x\.command: is missing/],
  ['[agents.x]\ncommand = []', /agents\.x\.command/],
  ['[agents.x]\ncommand = "open \'quote"', /agents\.x\.command: a command with its quotes closed/],
  ['[agents.x]\ncommand = "x"\nprompt = "shouted"', /agents\.x\.prompt: .*"argument"/],
  ['copy = ".env"', /copy: expected array/],
  ['base = ""', /base/],
  ['agent = "x', /config\.toml:1:\d+: /],
])('%j is told by its place', async (text, message) => {
  const path = file(text);
  await expect(loadConfig(path)).rejects.toMatchObject({
    kind: 'bad-config',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  });
  await expect(loadConfig(path)).rejects.toThrow(path);
});

it('reads what a repository carries', async () => {
  const home = testHome();
  expect(await loadRepoConfig(home)).toEqual({
    setup: null,
    check: null,
    check_after_turn: false,
    copy: [],
    base: null,
    warnings: [],
  });
  writeFileSync(
    join(home, '.tempest.toml'),
    'setup = ["a", "b"]\ncheck = "c"\ncheck_after_turn = true\ncopy = ["x"]\nbase = "dev"\nagent = "y"\n',
  );
  expect(await loadRepoConfig(home)).toEqual({
    setup: ['a', 'b'],
    check: 'c',
    check_after_turn: true,
    copy: ['x'],
    base: 'dev',
    warnings: [expect.stringContaining('agent')],
  });
  writeFileSync(join(home, '.tempest.toml'), 'setup = 3\n');
  await expect(loadRepoConfig(home)).rejects.toMatchObject({
    kind: 'bad-config',
    message: expect.stringContaining('setup: expected a command, or a list of commands'),
  });
});

it.each([
  ['', []],
  ['  a  b ', ['a', 'b']],
  ['a""b \'\' "x\\"y"', ['ab', '', 'x"y']],
  ["'a\\b'", ['a\\b']],
  ['a\\', null],
  ['"a', null],
])('splits %j into words', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
