// The demo agent in a real terminal: works, asks, edits, remembers, and behaves as agent CLIs do.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoAgent } from '../../src/core/agents/demo.ts';
import { pasted } from '../../src/core/session/send.ts';
import { type Program, runProgram } from '../support/program.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const adapter = demoAgent(join(import.meta.dirname, '../../dist'));
const source = `export function login(user: string) {\n  return user.length > 0;\n}\n`;
const prompt = 'fix the login, without asking';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '5' });
  repo = await box.repo({ files: { 'src/login.ts': source } });
});
afterEach(() => box.dispose());

const context = (conversation: string, text = '') => {
  const { env, root: scratch } = box;
  const spool = `${scratch}/spool`;
  return { prompt: text, conversation, worktree: repo, scratch, spool, env, createdAt: 0 };
};

function start(text: string, { conversation = 'one', pace = '5' } = {}): Program {
  return launch(adapter.start(context(conversation, text)), pace);
}

function launch({ file, args }: { file: string; args: string[] }, pace = '5'): Program {
  const env = { ...box.env, TEMPEST_DEMO_PACE: pace };
  const program = runProgram(file, args, { cwd: repo, env });
  box.onDispose(() => program.kill());
  return program;
}

async function resume(conversation = 'one'): Promise<Program> {
  const launching = await adapter.resume(context(conversation));
  if (!launching) throw new Error('nothing to resume');
  return launch(launching);
}

const rings = (program: Program) => program.signals.filter((signal) => signal === 'BEL').length;
const changed = () => box.git(repo, 'status', '--porcelain', '--untracked-files=all');

describe('a turn', () => {
  it('edits real files and says what it did', async () => {
    const agent = start(prompt);
    await agent.shows('Done: 3 files changed');
    expect((await changed()).split('\n')).toEqual([
      ' M src/login.ts',
      '?? CHANGELOG.md',
      '?? test/fix-the-login-without-asking.test.js',
    ]);
    expect(readFileSync(join(repo, 'src/login.ts'), 'utf8')).toContain('if (user === undefined)');
  });

  it('makes the same edits for the same prompt', async () => {
    await start(prompt).shows('Done: 3 files');
    const first = await box.git(repo, 'stash', 'create');
    await box.git(repo, 'reset', '--quiet', '--hard');
    await box.git(repo, 'clean', '--quiet', '-fd');
    await start(prompt, { conversation: 'two' }).shows('Done: 3 files');
    const second = await box.git(repo, 'stash', 'create');
    expect(await box.git(repo, 'diff', first, second)).toBe('');
  });

  it('works in a repository that has nothing to edit', async () => {
    repo = await box.repo({ files: { 'data.bin': '\0\0' } });
    await start(prompt).shows('Done: 2 files changed');
  });

  it('tells its terminal: busy, then at rest, and rings at the end', async () => {
    const agent = start(prompt);
    await until(() => rings(agent) === 1, { what: 'the bell' });
    expect(agent.signals.filter((signal) => signal.startsWith('9;4'))).toEqual([
      '9;4;0;0',
      '9;4;3;0',
      '9;4;0;0',
    ]);
    expect(agent.titles.at(-1)).toBe(`✳ ${prompt}`);
    expect(agent.titles.some((title) => /^[⠀-⣿] fix the login/u.test(title))).toBe(true);
  });

  it('hazard 11: takes its prompt as it is written', async () => {
    const odd = `--help "it's" $(touch pwned)\n\`touch pwned\` 😀 without asking`;
    const agent = start(odd);
    await agent.shows('Done:');
    const remembered = readFileSync(join(box.env.XDG_STATE_HOME ?? '', 'tempest/demo/one.jsonl'));
    expect(JSON.parse(remembered.toString().split('\n')[0] ?? '').prompt).toBe(odd);
    expect(existsSync(join(repo, 'pwned'))).toBe(false);
  });
});

describe('its question', () => {
  it.each([
    ['y', 'tests rehearsed'],
    ['\r', 'tests rehearsed'],
    ['n', 'tests not run'],
  ])('is answered by %j', async (key, result) => {
    const agent = start('fix the login');
    await agent.shows('Run "npm test"? (y/n)');
    expect(agent.signals).toContain('9;Run "npm test"? (y/n)');
    expect(agent.signals).toContain('9;4;4;0');
    agent.write(key);
    await agent.shows(result);
  });

  it('takes no pasted text for an answer', async () => {
    const agent = start('fix the login');
    await agent.shows('Run "npm test"? (y/n)');
    agent.write(pasted('yes, and more', true));
    agent.write('n');
    await agent.shows('tests not run');
    expect(agent.screen()).not.toContain('and more');
  });
});

describe('at its prompt', () => {
  it('takes a pasted text of several lines as one prompt', async () => {
    const agent = start('');
    await agent.shows('Enter to send');
    expect(agent.bracketedPaste()).toBe(true);
    agent.write(pasted('first line\nsecond line, without asking', true));
    await agent.shows('second line');
    expect(rings(agent)).toBe(0);
    agent.write('\r');
    await agent.shows('Done:');
    expect(existsSync(join(repo, 'test/first-line.test.js'))).toBe(true);
  });

  it('queues what is sent during a turn', async () => {
    const agent = start('');
    await agent.shows('Enter to send');
    // Both at once: the second comes during the turn of the first, however slow the machine is.
    agent.write(`${prompt}\rthen this, without asking\r`);
    await until(() => rings(agent) > 0, { what: 'the bell' });
    expect(agent.output()).toContain('1 queued');
    expect(agent.history().split('Done:')).toHaveLength(3);
    expect(rings(agent)).toBe(1);
  });

  it('puts split characters and keys together, and knows Escape alone', async () => {
    const agent = start('', { pace: '20' });
    await agent.shows('Enter to send');
    // Escape with the rest: the turn must not be over before it.
    agent.write('tidx\x7fy up 😀 without asking\x1b[D\r\x1b');
    await agent.shows('> tidy up 😀 without asking');
    await agent.shows('Interrupted');
    await until(() => rings(agent) === 1, { what: 'the bell' });
    expect(agent.output()).toContain('Esc to interrupt');
    expect(agent.titles.at(-1)).toMatch(/^✳/);
    expect(agent.signals.at(-2)).toBe('9;4;0;0');
  });

  it.each([
    ['/exit', '/exit\r'],
    ['Ctrl-D', '\x04'],
  ])('leaves by %s', async (_name, keys) => {
    const agent = start('');
    await agent.shows('Enter to send');
    agent.write(keys);
    expect(await agent.exits()).toBe(0);
    expect(agent.bracketedPaste()).toBe(false);
  });

  it('leaves by Ctrl-C only when pressed twice', async () => {
    const agent = start('');
    await agent.shows('Enter to send');
    agent.write('\x03');
    await agent.shows('Press Ctrl-C again to exit');
    agent.write('x');
    await agent.shows('Enter to send');
    agent.write('\x15\x03\x03');
    expect(await agent.exits()).toBe(0);
  });

  it('draws itself anew when the terminal changes its size', async () => {
    const agent = start(prompt);
    await agent.shows('Done: 3 files');
    agent.resize(44, 20);
    const rules = () => agent.history().match(/─+/g) ?? [];
    const isAnew = () => rules().length === 2 && rules().every((rule) => rule.length === 43);
    await until(isAnew, { what: 'two rules of 43 columns' });
    expect(agent.history().split('Done: 3 files')).toHaveLength(2);
  });
});

describe('its memory', () => {
  it('shows the earlier turns on resume, and goes on in their files', async () => {
    const first = start(prompt);
    await first.shows('Done: 3 files');
    first.write('/exit\r');
    await first.exits();
    const again = await resume();
    await again.shows(prompt);
    await again.shows('Done: 3 files');
    again.write('cover the empty name, without asking\r');
    await until(() => again.history().split('Done:').length === 3, { what: 'the second turn' });
    const test = readFileSync(join(repo, 'test/fix-the-login-without-asking.test.js'), 'utf8');
    expect(test.match(/^test\(/gm)).toHaveLength(2);
  });

  it('keeps a turn in which it was killed', async () => {
    const first = start('fix the login');
    await first.shows('(y/n)');
    first.kill();
    await first.exits();
    const again = await resume();
    await again.shows('fix the login');
    await again.shows('Interrupted');
  });

  it('hazard 20: has nothing to resume before the first turn', async () => {
    const agent = start('');
    await agent.shows('Enter to send');
    agent.write('\x04');
    await agent.exits();
    expect(await adapter.resume(context('one'))).toBeNull();
    const anyway = launch({ file: process.execPath, args: demoArgs('--resume', 'one') });
    expect(await anyway.exits()).toBe(1);
    expect(anyway.output()).toContain('no conversation found');
  });

  it('refuses an id that is in use, and one that is no file name', async () => {
    const first = start(prompt);
    await first.shows('Done:');
    expect(await start(prompt).exits()).toBe(1);
    const odd = launch({ file: process.execPath, args: demoArgs('--session-id', '../x') });
    expect(await odd.exits()).toBe(2);
  });
});

function demoArgs(...args: string[]): string[] {
  return [...adapter.start(context('one')).args.slice(0, 1), ...args];
}
