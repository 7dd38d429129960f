// Who dies, and what goes on: Neovim, its Node process, the daemon.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { processesOf, signal } from '../support/processes.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, echo, running, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const open = (cwd: string) => startEditor({ version, sandbox: box, cwd, cols: 90, rows: 30 });

  async function openEcho(repo: string): Promise<Editor> {
    const nvim = await open(repo);
    await nvim.feed(`:TempestNew --name alive -- ${echo}<CR>`);
    await nvim.waitForText(/^ready/m);
    await nvim.inMode('t');
    await nvim.feed('one<CR>');
    await nvim.waitForText(/got one/);
    return nvim;
  }

  const find = (pattern: RegExp) => {
    const found = processesOf(box.root).filter(({ command }) => pattern.test(command));
    return found.map(({ pid }) => pid);
  };

  it('kill -9 of Neovim: the session goes on, and the next Neovim shows the same screen', async () => {
    const repo = await box.repo();
    const first = await openEcho(repo);
    await first.feed('two');
    await first.waitForText(/\ntwo/);
    const before = (await first.sessions()).alive;
    await first.kill();
    const attached = () => find(/index\.cjs|cli\.js attach/).length === 0;
    await until(attached, { what: "Neovim's helpers to end with it" });

    const second = await open(repo);
    await second.feed(':TempestOpen alive<CR>');
    await second.waitForText(/got one\ntwo/);
    await second.inMode('t');
    await second.feed(' more<CR>');
    await second.waitForText(/got two more/);
    const after = (await second.sessions()).alive;
    expect(after).toMatchObject({ id: before?.id, generation: before?.generation });
  });

  it('ends with a review open, whatever is asked for just then', async () => {
    const nvim = await open(await box.repo());
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const { worktree } = await nvim.atWork('one');
    writeFileSync(join(worktree, 'new.txt'), 'new\n');
    await nvim.feed(':TempestDiff one<CR>');
    await nvim.waitForText(/▸A new\.txt/);
    await nvim.feed('q');
    await nvim.feed(':TempestDiff one<CR>:qa!<CR>');
    const gone = () => find(/index\.cjs|--embed/).length === 0;
    await until(gone, { what: 'Neovim and its Node process to end' });
  });

  it('kill -9 of the Node process: it is started again, and the terminal never noticed', async () => {
    const nvim = await openEcho(await box.repo());
    const [pid] = find(/index\.cjs --serve/);
    // One that lived for a moment is told of, one that fails to start is not told of each time.
    await until(async () => (await nvim.sessions()).alive, { what: 'the session' });
    signal(pid ?? 0, 'SIGKILL');
    await nvim.feed('two<CR>');
    await nvim.waitForText(/got two/);
    await until(() => find(/index\.cjs --serve/)[0], { what: 'another Node process' });
    await nvim.feed('<C-\\><C-n>:TempestSend --session alive three<CR>');
    await nvim.waitForText(/got three/);
    await nvim.status('alive', running);
    expect((await nvim.client.mode).blocking).toBe(false);
  });

  it('kill -9 of the daemon: said once, then all is as before, and nothing typed is lost', async () => {
    const nvim = await openEcho(await box.repo());
    const before = (await nvim.sessions()).alive;
    const [pid] = find(/dist\/daemon\.js/);
    signal(pid ?? 0, 'SIGKILL');
    await nvim.feed('two<CR>');
    await nvim.waitForText(/got two/);
    const connected = () => nvim.lua("return require('tempest.state').connected");
    const isAnother = async () => {
      const [found] = find(/dist\/daemon\.js/);
      return found !== undefined && found !== pid && (await connected());
    };
    await until(isAnother, { what: 'another daemon' });
    expect((await nvim.sessions()).alive).toMatchObject({
      id: before?.id,
      generation: before?.generation,
    });
    await nvim.feed('<C-\\><C-n>:TempestSend --session alive three<CR>');
    await nvim.waitForText(/got three/);
    const said = async () => (await nvim.messages()).match(/the daemon is gone/g);
    await until(said, { what: 'the news of it' });
    expect(await said()).toHaveLength(1);
    expect((await nvim.client.mode).blocking).toBe(false);
  });

  it('gives up a Node process that fails to start, and tries again when asked', async () => {
    const repo = await box.repo();
    const nvim = await startEditor({
      version,
      sandbox: box,
      cwd: repo,
      cols: 120,
      env: { NODE_OPTIONS: '--no-such-option' },
    });
    await nvim.feed(':TempestNew --agent demo hello<CR>');
    await nvim.waitForText(/tempest: .*(gives no version|fails to start)/);
    await nvim.lua('vim.env.NODE_OPTIONS = nil');
    await nvim.feed(':TempestNew --agent demo hello<CR>');
    await nvim.waitForText(/Run "npm test"/);
  });
});
