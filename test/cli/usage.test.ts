import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands, visibleCommands } from '../../src/cli/commands.ts';
import { parseCommandLine } from '../../src/cli/parse.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { program, tempest } from './support/tempest.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await sandbox();
});
afterAll(() => box.dispose());

describe('a wrong command line', () => {
  it.each([
    [['lsit'], "unknown command 'lsit'", "Did you mean 'list'?"],
    [['list', '--wacth'], "unknown option '--wacth' of 'list'", "Did you mean '--watch'?"],
    [['new', '--agent'], '--agent needs a value', 'Write --agent AGENT.'],
    [['new', '--name', '--attach'], '--name needs a value', '--name=--attach'],
    [['list', '--all=yes'], '--all takes no value', 'tempest help list'],
    [['new', 'fix', 'the', 'test'], "unexpected argument 'the'", 'Quote the prompt'],
    [['rename', 'a'], 'NAME is missing', 'tempest help rename'],
    [['remove'], 'SESSION is missing', 'tempest help remove'],
    [['new', 'x', '--'], 'nothing follows --', ''],
    [['new', '--base', 'a', '--branch', 'b'], 'exclude each other', ''],
    [['diff', '--stat', '--name-only'], 'exclude each other', ''],
    [['completion', 'tcsh'], "no completion for 'tcsh'", 'bash, zsh and fish'],
    [['attach', 'x'], 'attaching needs a terminal', 'tempest screen'],
    [['attach', 'x', '--detach-key', 'f1'], "'f1' is no key to leave by", 'ctrl-'],
    [['rpc'], '--stdio is missing', ''],
  ])(
    '%j says what is wrong in one line, gives a hint, and exits with 2',
    async (args, said, hint) => {
      const { code, stdout, stderr } = await tempest(box, args);
      expect([code, stdout]).toEqual([2, '']);
      const [first, second = ''] = stderr.split('\n');
      expect(first).toMatch(/^tempest: /);
      expect(first).toContain(said);
      expect(second).toContain(hint);
      expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    },
  );

  it('is an object on standard error with --json', async () => {
    const { code, stdout, stderr } = await tempest(box, ['list', '--wacth', '--json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        kind: 'usage',
        message: "unknown option '--wacth' of 'list'",
        hint: "Did you mean '--watch'?",
      },
    });
  });
});

describe('the help', () => {
  it('is what `tempest` alone prints, and names every command in its group', async () => {
    const { code, stdout } = await tempest(box, []);
    expect(code).toBe(0);
    for (const [name, { group, summary }] of visibleCommands()) {
      expect(stdout).toContain(`${group}:`);
      expect(stdout).toContain(`  ${name} `);
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
    }
    expect(stdout).not.toContain('__complete');
  });

  it.each(Object.keys(commands))(
    'of %s names its options and shows examples that parse',
    async (name) => {
      const spec = commands[name as keyof typeof commands];
      const { code, stdout } = await tempest(box, [name, '--help']);
      expect(code).toBe(0);
      for (const option of Object.keys(spec.options)) expect(stdout).toContain(`--${option}`);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
      for (const [line] of spec.examples) {
        expect(stdout).toContain(line);
        const words = /\btempest ([^|<>)]*)/.exec(line)?.[1]?.match(/'[^']*'|\S+/g) ?? [];
        expect(() => parseCommandLine(words)).not.toThrow();
      }
    },
  );

  it('is the same by `tempest help new`, `tempest new --help` and `tempest new -h`', async () => {
    const [one, two, three] = await Promise.all(
      [
        ['help', 'new'],
        ['new', '--help'],
        ['new', '-h'],
      ].map((args) => tempest(box, args)),
    );
    expect(one?.stdout).toContain('Usage: tempest new [PROMPT] [OPTIONS] [-- COMMAND…]');
    expect([two?.stdout, three?.stdout]).toEqual([one?.stdout, one?.stdout]);
  });

  it('of an unknown command suggests the nearest', async () => {
    const { code, stderr } = await tempest(box, ['help', 'clsoe']);
    expect([code, stderr]).toEqual([
      2,
      "tempest: unknown command 'clsoe'\n  Did you mean 'close'?\n",
    ]);
  });

  it('has colours only where they are wanted', async () => {
    expect((await tempest(box, ['help'])).stdout).not.toContain('\x1b');
    const forced = { FORCE_COLOR: '1' };
    expect((await tempest(box, ['help'], { env: forced })).stdout).toContain('\x1b[1m');
    const both = { FORCE_COLOR: '1', NO_COLOR: '1' };
    expect((await tempest(box, ['help'], { env: both })).stdout).not.toContain('\x1b');
  });
});

describe('the version', () => {
  it.each([[['--version']], [['-V']], [['version']]])('is printed by %j', async (args) => {
    const { code, stdout } = await tempest(box, args);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^tempest \d+\.\d+\.\d+\n$/)]);
  });

  it('comes with that of the protocol in JSON', async () => {
    const { stdout } = await tempest(box, ['version', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(/^\d/),
      protocolVersion: 1,
      node: process.versions.node,
    });
  });
});

it('ends quietly when the reader of its output leaves', async () => {
  const line = `"${process.execPath}" "${program}" help | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await execa('bash', ['-c', line], { env: box.env });
  expect([stdout, stderr]).toEqual(['0', '']);
});
