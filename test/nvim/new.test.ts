// `:TempestNew`: from a prompt to an agent at work in a worktree of its own.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { echo, running, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const open = (cwd: string, args: string[] = []) =>
    startEditor({ version, sandbox: box, cwd, args, cols: 100, rows: 40 });

  it('opens a terminal on an agent that works on the prompt in its own worktree', async () => {
    const repo = await box.repo();
    const nvim = await open(repo);
    await nvim.feed(":TempestNew --agent demo fix the 'flaky' $(login)<CR>");
    await nvim.inBuffer(/> fix the 'flaky' \$\(login\)/);
    const session = await nvim.status('fix-flaky-login', running);
    expect(session.prompt).toBe("fix the 'flaky' $(login)");
    expect(existsSync(join(session.worktree, 'README.md'))).toBe(true);
    expect(await nvim.lua('return { vim.bo.buftype, vim.b.tempest_session }')).toEqual([
      'terminal',
      session.id,
    ]);
    // A split leaves the directory alone, so that `:edit` and `:tabnew` mean the person's own files.
    expect(await nvim.lua('return { vim.fn.getcwd(), vim.fn.getcwd(-1) }')).toEqual([repo, repo]);
    expect(await nvim.lua("return vim.fn.findfile('README.md')")).toBe(
      join(session.worktree, 'README.md'),
    );
    await nvim.inMode('t');
    await nvim.waitForText(/\(y\/n\)/);
    await nvim.feed('y');
    await nvim.waitForText(/Done: /);
    expect(await box.git(repo, 'status', '--porcelain')).toBe('');
  });

  it('with ! starts it and stays where you are', async () => {
    const nvim = await open(await box.repo(), ['-c', 'edit README.md']);
    await nvim.feed(':TempestNew! --agent demo --name quiet write more<CR>');
    await nvim.atWork('quiet');
    await nvim.waitForText(/quiet is at work on /);
    expect(await nvim.lua('return { #vim.api.nvim_list_wins(), vim.fn.expand("%:t") }')).toEqual([
      1,
      'README.md',
    ]);
  });

  it('sends selected lines along, with file and line numbers', async () => {
    const repo = await box.repo({ files: { 'src/a b.js': 'one\ntwo\nthree\nfour\n' } });
    const nvim = await open(repo, ['-c', 'edit src/a\\ b.js']);
    await nvim.feed(':2,3TempestNew --name lines -- cat<CR>');
    await nvim.status('lines', running);
    const text = await nvim.lua("return require('tempest.context').of_lines(1, 2, 3)");
    expect(text).toBe('src/a b.js:2-3\n```javascript\ntwo\nthree\n```');
    await nvim.inMode('t');
    await nvim.command('bdelete!');
    await nvim.inMode('n');
    await nvim.feed(':1,2TempestNew! --agent demo --name told look here<CR>');
    const told = await nvim.atWork('told', /waiting/);
    await nvim.command(`TempestOpen ${told.name}`);
    await nvim.inBuffer(/> look here\n\s*\n\s*src\/a b\.js:1-2\n\s*```javascript\n\s*one\n\s*two/);
  });

  it('runs any program, its quotes taken as in a shell', async () => {
    const nvim = await open(await box.repo());
    await nvim.feed(`:TempestNew --name any -- ${echo}<CR>`);
    await nvim.waitForText(/^ready/m);
    await nvim.inMode('t');
    await nvim.feed('hello<CR>');
    await nvim.waitForText(/got hello/);
  });

  it('asks for a prompt when there is none', async () => {
    const nvim = await open(await box.repo());
    await nvim.feed(':TempestNew --agent demo<CR>');
    await nvim.waitForText(/New session/);
    await nvim.feed('tidy up<C-j>and test<CR>');
    const session = await nvim.status('tidy-test', /./);
    expect(session.prompt).toBe('tidy up\nand test');
    await nvim.inBuffer(/> tidy up/);
  });

  it('offers git init and a first commit, and does neither unasked', async () => {
    const folder = join(box.root, 'plain');
    await mkdir(folder);
    const nvim = await open(folder);
    await nvim.feed(':TempestNew --agent demo begin<CR>');
    await nvim.waitForText(/Not a git repository/);
    await nvim.feed('n');
    await until(() => !/Not a git/.test(nvim.screen().join('\n')), { what: 'the question to go' });
    expect(existsSync(join(folder, '.git'))).toBe(false);
    await nvim.feed(':TempestNew --agent demo begin<CR>');
    await nvim.waitForText(/Not a git repository/);
    await nvim.feed('y');
    await nvim.waitForText(/No commit yet/);
    await nvim.feed('y');
    await nvim.inBuffer(/> begin/);
  });

  it('shows the exact setup command, and runs it only when approved', async () => {
    const setup = "echo 'setting up' && touch ready.txt";
    const config = `setup = """${setup}"""\n`;
    const repo = await box.repo({ files: { '.tempest.toml': config } });
    const nvim = await open(repo);
    await nvim.feed(':TempestNew --name first -- cat<CR>');
    await nvim.waitForText(/Run this setup\?/);
    expect(nvim.screen().join('\n')).toContain(setup);
    await nvim.feed('n');
    await until(() => !/Run this/.test(nvim.screen().join('\n')), { what: 'the question to go' });
    expect(await nvim.sessions()).toEqual({});
    await nvim.feed(':TempestNew --name second -- cat<CR>');
    await nvim.waitForText(/Run this setup\?/);
    await nvim.feed('y');
    const { worktree } = await nvim.status('second', running);
    expect(existsSync(join(worktree, 'ready.txt'))).toBe(true);
    await nvim.feed('<C-\\><C-n>:TempestLog second<CR>');
    await nvim.waitForText(/setting up/);
    // Changed text is asked about again.
    await writeFile(join(repo, '.tempest.toml'), 'setup = "echo other"\n');
    await nvim.feed(':wincmd t<CR>:TempestNew --name third -- cat<CR>');
    await nvim.waitForText(/echo other/);
    expect(readFileSync(join(repo, '.tempest.toml'), 'utf8')).toContain('other');
  });

  it('says in one line what is wrong with its options', async () => {
    const nvim = await open(await box.repo());
    await nvim.feed(':TempestNew --agnt demo hello<CR>');
    await nvim.waitForText(/tempest: unknown option --agnt/);
    await nvim.feed(':TempestNew --agent nobody hello<CR>');
    await nvim.waitForText(/tempest: .*nobody/);
    expect((await nvim.client.mode).blocking).toBe(false);
  });

  it('completes options, agents, branches and sessions', async () => {
    const repo = await box.repo();
    await box.git(repo, 'branch', 'feature/one');
    const nvim = await open(repo);
    // What is not known soon is not offered: a person presses Tab again.
    const offers = async (line: string, words: string[]) => {
      let offered: string[] = [];
      const isOffered = async () => {
        offered = await nvim.lua("return vim.fn.getcompletion(..., 'cmdline')", [line]);
        return isDeepStrictEqual(offered, words);
      };
      await until(isOffered, { what: line }).catch(() => expect(offered, line).toEqual(words));
    };
    await offers('TempestNew --a', ['--agent']);
    await offers('TempestNew --agent dem', ['demo']);
    await offers('TempestNew --base fea', ['feature/one']);
    await offers('TempestNew --branch=fea', ['--branch=feature/one']);
    await nvim.feed(':TempestNew! --name alpha -- cat<CR>');
    await nvim.atWork('alpha');
    await offers('TempestOpen al', ['alpha']);
    await offers('TempestSend --session a', ['alpha']);
  });
});
