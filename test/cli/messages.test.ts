// `tempest send`, `queue` and `prompts` on real sessions.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Method, type Result, requests } from '../../src/rpc/protocol.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Outcome, tempest, tempestInTerminal, tempestJson } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '10' });
  repo = await box.repo({ files: { 'src/a.ts': 'export const a = 1;\n' } });
});
afterEach(() => box.dispose());

const run = (args: string[], input = ''): Promise<Outcome> =>
  tempest(box, args, { cwd: repo, input });
/** Runs with --json, and holds the answer against the protocol's own schema. */
async function answer<M extends Method>(method: M, args: string[]): Promise<Result<M>> {
  const json = await tempestJson(box, args, { cwd: repo });
  return requests[method].result.parse(json) as Result<M>;
}
const start = (name: string, prompt: string) =>
  answer('session/create', ['new', prompt, '--agent', 'demo', '--name', name]);
const screen = async (name: string) => (await run(['screen', name, '--scrollback'])).stdout;
const untilStatus = (name: string, wanted: string) =>
  until(
    async () => {
      const { sessions } = await answer('session/list', ['list']);
      return sessions.find((one) => one.name === name && one.status === wanted);
    },
    { what: `${name} to be ${wanted}` },
  );
function library(folder: string, name: string, text: string) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), text);
}

describe('a queue', () => {
  it('is filled, changed, held and let go by commands', async () => {
    await start('work', 'change it');
    await untilStatus('work', 'waiting');
    await run(['queue', 'add', 'work', 'first']);
    await run(['queue', 'add', 'work', '-'], 'second\nline');
    await run(['send', 'work', 'third', '--queue']);
    const { items } = await answer('queue/list', ['queue', 'list', 'work']);
    expect(items.map(({ id, text }) => [id, text])).toEqual([
      ['1', 'first'],
      ['2', 'second\nline'],
      ['3', 'third'],
    ]);
    await run(['queue', 'move', 'work', '3', '1']);
    await run(['queue', 'edit', 'work', '1', 'other words']);
    await run(['queue', 'remove', 'work', '2']);
    await run(['queue', 'hold', 'work', '1']);
    const { stdout } = await run(['queue', 'list', 'work']);
    expect(stdout).toBe('3\t\tthird\n1\theld\tother words\n');
    const held = await answer('queue/hold', ['queue', 'hold', 'work']);
    expect(held.hold).toEqual({ why: 'person', text: 'Held by you' });
    const inTerminal = tempestInTerminal(box, ['list'], { cwd: repo });
    expect(await inTerminal.ended).toBe(0);
    expect(inTerminal.screen().join('\n')).toMatch(/QUEUE[\s\S]*2 held/);
    expect((await answer('queue/hold', ['queue', 'release', 'work'])).hold).toBeNull();
  });

  it('says what is wrong with a command', async () => {
    await start('work', 'change it');
    expect(await run(['queue', 'grow', 'work'])).toMatchObject({ code: 2 });
    expect(await run(['queue', 'add', 'work'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('TEXT is missing'),
    });
    expect(await run(['queue', 'remove', 'work', '9'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no item "9"'),
    });
  });
});

describe('one text', () => {
  it('goes to several sessions, or to all, and says how each went', async () => {
    await Promise.all([start('one', 'a without asking'), start('two', 'b')]);
    await Promise.all([untilStatus('one', 'idle'), untilStatus('two', 'waiting')]);
    const some = await run(['send', 'one,two,none', 'c without asking']);
    expect(some.code).toBe(1);
    const [one = '', two = '', none = ''] = some.stdout.split('\n');
    expect([one, two]).toEqual([
      'one\tsent',
      expect.stringMatching(/^two\tfailed\tthe agent waits/),
    ]);
    expect(none).toMatch(/^none\tfailed\t/);
    expect(await screen('one')).toContain('c without asking');
    const all = await run(['send', '--all', 'd without asking', '--queue']);
    expect(all).toMatchObject({ code: 0 });
    expect(all.stdout.trim().split('\n').sort()).toEqual(['one\tqueued', 'two\tqueued']);
    expect(await run(['send', '--all', 'one', 'text'])).toMatchObject({ code: 2 });
    expect(await run(['send', 'one'])).toMatchObject({ code: 2 });
  });
});

describe('a prompt of the library', () => {
  it('is listed, and sent by its name with what it wants', async () => {
    library(
      join(box.env.XDG_CONFIG_HOME ?? '', 'tempest/prompts'),
      'look',
      '---\ndescription: Look at a file\nagent: demo\n---\nLook at {{file}}: {{input}}, without asking',
    );
    library(join(repo, '.tempest/prompts'), 'tidy', 'Tidy up, without asking');
    writeFileSync(join(repo, 'src/a.ts'), 'export const a = 2;\n');
    library(join(repo, '.tempest/prompts'), 'diffed', 'Go on from {{diff}}\nwithout asking');
    const { prompts } = await answer('prompt/list', ['prompts']);
    expect(prompts.map(({ name, source }) => [name, source])).toEqual([
      ['diffed', 'repository'],
      ['look', 'person'],
      ['tidy', 'repository'],
    ]);
    const made = await answer('session/create', [
      'new',
      "what's $(this)",
      '--use',
      'look',
      '--file',
      'src/a.ts',
    ]);
    expect([made.agent, made.prompt]).toEqual([
      'demo',
      "Look at src/a.ts: what's $(this), without asking",
    ]);
    await untilStatus(made.name, 'idle');
    expect(await run(['send', made.name, '--use', 'tidy'])).toMatchObject({ code: 0, stderr: '' });
    expect(await screen(made.name)).toContain('Tidy up, without asking');
    const diffed = await answer('session/create', ['new', '--use', 'diffed', '--agent', 'demo']);
    expect(diffed.prompt).toContain('+export const a = 2;');
    expect(await run(['send', made.name, '--use', 'look', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('wants {{file}}'),
    });
    expect(await run(['new', '--use', 'nothing'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There are: diffed, look, tidy.'),
    });
  });

  it('begins a fork, a race, and what waits in a queue', async () => {
    const folder = join(repo, '.tempest/prompts');
    library(folder, 'tidy', '---\nagent: demo\n---\nTidy up {{input}}, without asking');
    library(folder, 'diffed', 'Go on from {{diff}}\nwithout asking');
    const raced = await answer('group/race', ['race', 'src', '--use', 'tidy', '--name', 'tidied']);
    expect(raced.attempts.map(({ session }) => [session?.agent, session?.prompt])).toEqual([
      ['demo', 'Tidy up src, without asking'],
      ['demo', 'Tidy up src, without asking'],
    ]);
    await untilStatus('tidied-1', 'idle');
    const [first] = raced.attempts;
    writeFileSync(join(first?.session?.worktree ?? '', 'src/a.ts'), 'export const a = 3;\n');
    const forked = await answer('session/fork', ['fork', 'tidied-1', '--use', 'diffed']);
    expect(forked.prompt).toContain('+export const a = 3;');
    const waiting = await start('waiting', 'change it');
    await untilStatus('waiting', 'waiting');
    await run(['queue', 'add', waiting.name, 'first']);
    await run(['queue', 'add', waiting.name, 'lib', '--use', 'tidy']);
    await run(['queue', 'edit', waiting.name, '1', 'docs', '--use', 'tidy']);
    const { items } = await answer('queue/list', ['queue', 'list', waiting.name]);
    expect(items.map(({ text }) => text)).toEqual([
      'Tidy up docs, without asking',
      'Tidy up lib, without asking',
    ]);
    expect(await run(['queue', 'hold', waiting.name, '--use', 'tidy'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`add` and `edit`'),
    });
  });

  it('is given in a shell what it wants, or says what is missing', async () => {
    const folder = join(repo, '.tempest/prompts');
    library(folder, 'mend', 'Mend {{selection}}\nfor {{diagnostics}}\nas {{quickfix}}');
    library(folder, 'show', 'Show {{selection}}');
    writeFileSync(join(repo, 'src/b.ts'), 'one\n```\nthree\n');
    writeFileSync(join(box.root, 'list'), 'src/b.ts:1: note\n');
    writeFileSync(join(box.root, 'nothing'), '\n');
    await start('work', 'change it');
    await untilStatus('work', 'waiting');
    const add = (args: string[], input = '') => run(['queue', 'add', 'work', ...args], input);
    const mend = ['--use', 'mend', '--selection', 'src/b.ts:2-3'];
    const list = ['--quickfix', join(box.root, 'list')];
    expect(await add([...mend, ...list, '--diagnostics', '-'], 'b.ts:1: bad\n')).toMatchObject({
      code: 0,
    });
    expect(await add(['--use', 'show', '--selection', '-'], 'piped\n')).toMatchObject({ code: 0 });
    const { items } = await answer('queue/list', ['queue', 'list', 'work']);
    expect(items.map(({ text }) => text)).toEqual([
      'Mend src/b.ts:2-3\n````ts\n```\nthree\n````\nfor b.ts:1: bad\nas src/b.ts:1: note',
      'Show ```\npiped\n```',
    ]);
    const refused = async (args: string[], code: number, words: string) =>
      expect(await add(args), args.join(' ')).toMatchObject({
        code,
        stderr: expect.stringContaining(words),
      });
    await refused(mend, 1, 'wants {{diagnostics}} and {{quickfix}}');
    await refused(mend, 1, '`--diagnostics PATH` and `--quickfix PATH`');
    await refused(['x', '--selection', 'src/b.ts:1'], 2, '--selection goes with --use');
    await refused(['--use', 'show', '--selection', 'src/b.ts'], 2, 'PATH:FIRST-LAST');
    await refused(['--use', 'show', '--selection', 'src/b.ts:2-9'], 2, 'ends with line 3');
    await refused(['--use', 'show', '--selection', 'src/c.ts:1'], 2, 'ENOENT');
    const empty = join(box.root, 'nothing');
    await refused([...mend, ...list, '--diagnostics', empty], 2, 'nothing for {{diagnostics}}');
    await refused(['-', '--use', 'show', '--selection', '-'], 2, 'standard input');
  });

  it('names a file as it is named in a worktree, also from within another one', async () => {
    const own = join(box.env.XDG_CONFIG_HOME ?? '', 'tempest/prompts');
    library(own, 'look', 'Look at {{file}}, without asking');
    const { worktree } = await start('work', 'change it');
    const folder = join(worktree, 'src');
    const args = ['queue', 'add', '.', '--use', 'look', '--file', 'a.ts', '--json'];
    const { stdout } = await tempest(box, args, { cwd: folder });
    expect(stdout).toContain('Look at src/a.ts,');
  });
});
