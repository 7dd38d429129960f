import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notifications, type Result } from '../../src/rpc/protocol.ts';
import { signal } from '../support/processes.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn } from '../support/tempest.ts';
import { until } from '../support/until.ts';
import { type Witness, witness } from './support/agent.ts';
import { inTerminal, program, tempest, tempestInTerminal, tempestJson } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let agent: Witness;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  agent = witness(box);
});
afterEach(() => box.dispose());

type Session = Result<'session/get'>;

const json = (...args: string[]) => tempestJson(box, args, { cwd: repo });
const create = async (...args: string[]) => (await json('new', ...args)) as Session;
const runs = (script: string) =>
  tempest(box, ['new', '--name', 'a', '--', 'sh', '-c', script], { cwd: repo });
const terminal = (args: string[], options: Parameters<typeof tempestInTerminal>[2] = {}) =>
  tempestInTerminal(box, args, { cwd: repo, ...options });

describe('the list', () => {
  it('is a table no wider than the terminal, wide characters counted right', async () => {
    await create(
      '修复 the 登录 test 🌩️ and much more that will never fit in here',
      '--name',
      'wide',
    );
    await create('plain', '--name', 'narrow');
    const run = terminal(['list'], { cols: 80 });
    expect(await run.ended).toBe(0);
    const [head, ...rows] = run.screen().filter(Boolean);
    expect(head).toMatch(/^STATUS +NAME +AGE +AGENT +/);
    expect(rows).toHaveLength(2);
    expect(rows.map((row) => row.match(/narrow|wide/)?.[0])).toEqual(['narrow', 'wide']);
    expect(rows[1]).toMatch(/修复.*…$/);
    expect(run.raw()).toContain('\x1b[1m');
  });

  it('has no colours with NO_COLOR, and no columns that do not fit', async () => {
    await create('something', '--name', 'only');
    const run = terminal(['list'], { cols: 30, env: { NO_COLOR: '1' } });
    await run.ended;
    expect(run.raw()).not.toContain('\x1b[');
    expect(run.screen().filter(Boolean)).toHaveLength(2);
    expect(run.screen().join('\n')).toContain('only');
  });

  it('lets no prompt control the terminal', async () => {
    await create('red \x1b[31m and\x1b]0;title\x07 \x9b2J clear\rback', '--name', 'evil');
    const run = terminal(['list']);
    await run.ended;
    expect(run.screen().join('\n')).toMatch(/evil.*red and/);
    for (const evil of ['title\x07', '\x9b']) expect(run.raw()).not.toContain(evil);
  });

  it('with --watch shows each change as it happens, in place, and leaves with Ctrl-C', async () => {
    await create('first', '--name', 'one');
    const run = terminal(['list', '--watch'], { rows: 10 });
    await run.waitFor(/one/);
    await create('second', '--name', 'two');
    await run.waitFor(/two[\s\S]*one/);
    await json('close', 'one');
    await run.waitFor(/closed +one/);
    await json('remove', 'two', '--force');
    await until(() => !/two/.test(run.screen().join('\n')), { what: 'the removed one to go' });
    expect(run.screen().filter((line) => line.includes('STATUS'))).toHaveLength(1);
    run.resize(60, 10);
    await run.waitFor(/closed +one/);
    run.type('\x03');
    expect(await run.ended).toBe(0);
    expect(run.raw().lastIndexOf('\x1b[?25h')).toBeGreaterThan(run.raw().lastIndexOf('\x1b[?25l'));
  });

  it('with --watch goes on when the daemon was killed', async () => {
    await create('first', '--name', 'one');
    const run = terminal(['list', '--watch']);
    await run.waitFor(/one/);
    signal(((await json('serve')) as { pid: number }).pid, 'SIGKILL');
    await create('second', '--name', 'two');
    await run.waitFor(/two[\s\S]*one/);
    expect(run.screen().filter((line) => line.includes('STATUS'))).toHaveLength(1);
  });

  it('with --watch --json is one notification a line, as the protocol has them', async () => {
    await create('first', '--name', 'one');
    const out = join(box.root, 'out');
    const line = `exec "${process.execPath}" "${program}" list --watch --json > "${out}"`;
    const run = inTerminal(box, 'bash', ['-c', line], { cwd: repo, env: {}, cols: 80, rows: 24 });
    const seen = () => readLines(out);
    await until(() => seen().length > 0, { what: 'the session there is' });
    const { id } = await create('second', '--name', 'two');
    await json('remove', 'two', '--force');
    const isRemoval = ({ method, params }: Line) =>
      method === 'session/removed' && (params as { id: string }).id === id;
    await until(() => seen().some(isRemoval), { what: 'the removal' });
    for (const { method, params } of seen()) notifications[method].params.parse(params);
    run.type('\x03');
    expect(await run.ended).toBe(0);
  });
});

interface Line {
  method: 'session/changed' | 'session/removed';
  params: unknown;
}

function readLines(path: string): Line[] {
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}

describe('on a terminal, a new session', () => {
  it('is offered a repository and a first commit, and gets them after a yes to each', async () => {
    const cwd = join(box.root, 'fresh');
    mkdirSync(cwd);
    const run = terminal(['new', 'x', '--name', 'x'], { cwd, cols: 140 });
    await run.waitFor(/git init.*\[y\/N\]/);
    run.type('y\r');
    await run.waitFor(/first one\? \[y\/N\]/);
    run.type('y\r');
    expect(await run.ended).toBe(0);
    expect(run.screen().join('\n')).toMatch(/branch +tempest\/x\n +worktree +\//);
    expect(await box.git(cwd, 'log', '--format=%s')).toBe('Initial commit');
  });

  it('makes nothing after anything but a yes', async () => {
    const cwd = join(box.root, 'fresh');
    mkdirSync(cwd);
    for (const answer of ['\r', 'n\r', 'yup\r', '\x03', '\x04']) {
      const run = terminal(['new', 'x'], { cwd, cols: 140 });
      await run.waitFor(/git init.*\[y\/N\]/);
      run.type(answer);
      expect(await run.ended).toBe(1);
      expect(existsSync(join(cwd, '.git'))).toBe(false);
    }
  });

  it('hazard 23: is refused where the path is not UTF-8, and no repository is offered there', async () => {
    const inRaw = `cd "$(printf 'raw\\377')" && git init -q && exec "$0" "$@"`;
    mkdirSync(Buffer.concat([Buffer.from(`${box.root}/raw`), Buffer.from([0xff])]));
    const command = ['-c', inRaw, process.execPath, program, 'new', 'x'];
    const run = inTerminal(box, 'sh', command, { cwd: box.root, env: {}, cols: 140, rows: 30 });
    expect(await run.ended).toBe(1);
    expect(run.screen().join('\n')).toMatch(/is not UTF-8.*\n.*Rename that folder/);
  });

  it('is shown the exact setup command, and its output as it runs', async () => {
    writeFileSync(
      join(repo, '.tempest.toml'),
      'setup = "echo from-setup; echo \\u001b[8mhidden"\n',
    );
    const run = terminal(['new', 'x', '--name', 'x'], { cols: 140 });
    await run.waitFor(/Approve exactly this\? \[y\/N\]/);
    expect(run.screen().join('\n')).toContain('    echo from-setup; echo \\u{1b}[8mhidden');
    run.type('y\r');
    expect(await run.ended).toBe(0);
    expect(run.screen().join('\n')).toMatch(/^from-setup$/m);
  });
});

describe('attaching', () => {
  const written = (lines: string[]) => lines.map((line) => line.trimEnd()).filter(Boolean);

  it('shows the screen, hands keys on, and leaves with Ctrl-] while the agent works on', async () => {
    const { id } = await create('hello', '--name', 'a');
    const { pid } = await agent.started(id);
    const run = terminal(['attach', 'a']);
    await run.waitFor(/I am ready/);
    run.type('typed by hand');
    await until(() => agent.typed(id).includes('typed by hand'), { what: 'the keys to arrive' });
    run.type('\x1d');
    expect(await run.ended).toBe(0);
    expect(run.raw()).toContain('Detached; the agent works on.');
    expect(existsSync(`/proc/${pid}`)).toBe(true);
  });

  it('leaves Ctrl-] to the agent with --own-terminal', async () => {
    const { id } = await create('hello', '--name', 'a');
    const run = terminal(['attach', 'a', '--own-terminal']);
    await run.waitFor(/I am ready/);
    run.type('\x1d');
    await until(() => agent.typed(id).includes('\x1d'), { what: 'the key to arrive' });
  });

  it('ends with the agent, and says how', async () => {
    const run = terminal(['new', 'hello', '--attach', '--name', 'a']);
    await run.waitFor(/I am ready/);
    run.type('\x04');
    expect(await run.ended).toBe(0);
    expect(run.screen()).toContain('The agent has ended.');
  });

  it.each([
    ['bye', ['bye', 'The agent has ended with exit code 3.']],
    ['bye\n', ['bye', 'The agent has ended with exit code 3.']],
    ['', ['The agent has ended with exit code 3.']],
  ])('says so on a line of its own, after %j', async (last, lines) => {
    const script = `stty -echo; printf 'ready\n'; read -r x; printf '${last}'; exit 3`;
    await runs(script);
    const run = terminal(['attach', 'a']);
    await run.waitFor(/ready/);
    run.type('\r');
    expect(await run.ended).toBe(0);
    expect(written(run.screen())).toEqual(['ready', ...lines]);
  });

  it("in an editor's terminal leaves the last word to the editor, and tells it the exit code", async () => {
    const script = "stty -echo; printf 'ready\n'; read -r x; printf bye; exit 3";
    await runs(script);
    const run = terminal(['attach', 'a', '--own-terminal']);
    await run.waitFor(/ready/);
    run.type('\r');
    expect(await run.ended).toBe(3);
    expect(written(run.screen())).toEqual(['ready', 'bye']);
  });

  it('says below everything that the host is gone', async () => {
    const script = String.raw`stty -echo; printf '\033[9Hone\ntwo\nthree\033[9;2H'; exec cat`;
    await runs(script);
    const run = terminal(['attach', 'a']);
    await run.waitFor(/three/);
    const client = await connectIn(box);
    box.onDispose(() => client.close());
    signal((await client.request('daemon/status', {})).hostPid ?? 0, 'SIGKILL');
    expect(await run.ended).toBe(1);
    expect(written(run.screen())).toEqual([
      'one',
      'two',
      'three',
      'tempest: the terminal host is gone',
      '  `tempest open` starts the agent again, with its conversation.',
    ]);
  });

  it('to a session whose agent does not run says how to start it', async () => {
    await create('hello', '--name', 'a');
    await json('close', 'a');
    const run = terminal(['attach', 'a']);
    expect(await run.ended).toBe(1);
    expect(run.screen().join('\n')).toMatch(
      /^tempest: a has no terminal: it is closed\n {2}.*tempest open a/,
    );
  });
});

describe('a diff on a terminal', () => {
  it("is coloured, and goes through git's own pager", async () => {
    const { worktree } = await create('--name', 'd');
    writeFileSync(join(worktree, 'a.txt'), 'one\ntwo\n');
    await box.git(repo, 'config', 'core.pager', 'sed "s/^/paged: /"');
    const run = terminal(['diff', 'd']);
    expect(await run.ended).toBe(0);
    expect(run.screen().join('\n')).toContain('paged: +two');
    expect(run.raw()).toContain('\x1b[32m');
    const plain = terminal(['diff', 'd'], { env: { NO_COLOR: '1', GIT_PAGER: 'cat' } });
    await plain.ended;
    expect(plain.raw()).toContain('\n+two');
    expect(plain.raw()).not.toContain('\x1b[3');
  });

  it('ends when the person leaves the pager early', async () => {
    const { worktree } = await create('--name', 'd');
    writeFileSync(join(worktree, 'big.txt'), 'a line of text\n'.repeat(800_000));
    const run = terminal(['diff', 'd'], { env: { GIT_PAGER: 'head -n 3' } });
    expect(await run.ended).toBe(0);
    expect((await tempest(box, ['diff', 'd', '--stat'], { cwd: repo })).stdout).toContain('800000');
  });
});
