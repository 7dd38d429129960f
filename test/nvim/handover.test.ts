// A conflict opened in the worktree for the person, from `:TempestMerge` and `:TempestRebase` until its work has landed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, running, type SessionInLua, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

const ten = '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n';
const changed = (by: string) => ten.replace('1\n', `${by}\n`).replace('10\n', `end of ${by}\n`);

describe.each(neovims)('Neovim $version', ({ version }) => {
  let cwd: string;
  let nvim: Editor;
  let one: SessionInLua;

  /** Both sides have changed both ends of a file. */
  beforeEach(async () => {
    cwd = await box.repo({ files: { 'a b.txt': ten, 'gone.txt': 'here\n' } });
    await box.git(cwd, 'config', 'user.name', 'Ada');
    await box.git(cwd, 'config', 'user.email', 'ada@example.org');
    nvim = await startEditor({ version, sandbox: box, cwd, cols: 110, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    one = await nvim.status('one', running);
    await commit(cwd, 'a b.txt', changed('main'));
    await commit(one.worktree, 'a b.txt', changed('one'));
  });

  const commit = async (folder: string, path: string, text: string) => {
    writeFileSync(join(folder, path), text);
    await box.git(folder, 'add', '-A');
    await box.git(folder, 'commit', '-qm', `Change ${path}`);
  };
  const where = () =>
    nvim.lua<unknown[]>(
      'return { vim.fn.getcwd(), vim.fn.bufname(), vim.fn.line("."), vim.fn.tabpagenr() }',
    );
  const list = async () =>
    (
      await nvim.lua<{ bufnr: number; lnum: number; text: string }[]>('return vim.fn.getqflist()')
    ).map(({ bufnr, lnum, text }) => (bufnr > 0 ? `${lnum} ${text}` : text));

  it('of a merge: at its markers, resolved, committed and merged', async () => {
    await commit(cwd, 'gone.txt', 'changed\n');
    await box.git(one.worktree, 'rm', '-q', 'gone.txt');
    await box.git(one.worktree, 'commit', '-qm', 'Remove it');
    const before = [await box.git(cwd, 'rev-parse', 'HEAD'), await box.git(cwd, 'status', '-s')];
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/one conflicts with main: a b\.txt, gone\.txt; nothing was changed/);
    // What `cat` is might as well be a shell.
    expect(nvim.screen().join('\n')).not.toContain('Let the agent');
    await nvim.feed('1<CR>');
    await nvim.waitForText(/resolve, :w, :TempestCommit, :TempestMerge/);
    expect(await where()).toEqual([one.worktree, 'a b.txt', 1, 2]);
    expect(await list()).toEqual([
      '1 changed on both sides',
      '14 changed on both sides',
      '1 deleted in the session, changed in the base: `git add` or `git rm` it',
      'Go on: resolve, :w, :TempestCommit, :TempestMerge',
      'Take it back: :!git merge --abort',
    ]);
    await nvim.waitForText(/a b\.txt\|14\| changed on both sides/);
    await nvim.feed(':cnext<CR>');
    await until(async () => (await where())[2] === 14, { what: 'the second conflict' });
    expect([await box.git(cwd, 'rev-parse', 'HEAD'), await box.git(cwd, 'status', '-s')]).toEqual(
      before,
    );
    // As long as it waits, nothing lands.
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/one: a merge is not finished/);
    await nvim.feed('2<CR>');
    await nvim.feed(':TempestCommit<CR>');
    await nvim.waitForText(/conflicts are not resolved: a b\.txt, gone\.txt/);
    await nvim.feed(':%d<CR>iboth<Esc>:w<CR>:silent !git rm -q gone.txt<CR>:TempestCommit<CR>');
    await nvim.waitForText(/Commit one\?/);
    await nvim.feed('y');
    await nvim.waitForText(/Merge branch 'main' into /);
    await nvim.feed('<CR>');
    await nvim.waitForText(/one: committed [0-9a-f]{12}; now :TempestMerge/);
    expect(await box.git(one.worktree, 'rev-parse', 'HEAD^2')).toBe(before[0]);
    expect(await list()).toEqual([]);
    expect(await nvim.lua('return vim.fn.getqflist({ winid = 1 }).winid')).toBe(0);
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/Merge one into main\?/);
    await nvim.feed('y');
    await nvim.waitForText(/one is merged into main/);
    expect(readFileSync(join(cwd, 'a b.txt'), 'utf8')).toBe('both\n');
    expect(existsSync(join(cwd, 'gone.txt'))).toBe(false);
  });

  it('of a merge: after what is not committed was, and taken back', async () => {
    writeFileSync(join(one.worktree, 'draft.txt'), 'draft\n');
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/1: Commit 1 file, then open the conflict in the worktree/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/Commit one first\?[\s\S]*nothing is opened without that/);
    await nvim.feed('y');
    await nvim.inMode('i');
    await nvim.feed('<C-u>A draft<CR>');
    await nvim.waitForText(/resolve, :w, :TempestCommit/);
    await nvim.feed(':silent !git merge --abort<CR>:checktime<CR>');
    await nvim.inBuffer(/^one\n2/);
    expect(await box.git(one.worktree, 'log', '-1', '--format=%s')).toBe('A draft');
    expect(await box.git(one.worktree, 'status', '--porcelain')).toBe('');
  });

  it('of a merge: of many files few are named', async () => {
    for (const folder of [cwd, one.worktree]) {
      for (let at = 10; at < 70; at++) writeFileSync(join(folder, `f${at}.txt`), folder);
      await box.git(folder, 'add', '-A');
      await box.git(folder, 'commit', '-qm', 'Many');
    }
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/main: a b\.txt, f10\.txt, f11\.txt and 58 more; nothing was changed/);
    await nvim.feed('1<CR>');
    await until(async () => (await list()).length === 64, { what: 'all of them in the list' });
    await nvim.feed(':TempestCommit<CR>');
    await nvim.waitForText(/not resolved: a b\.txt, f10\.txt, f11\.txt and 58 more/);
  });

  it('of a merge: resolved to what was there before', async () => {
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/one conflicts with main/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/resolve, :w, :TempestCommit/);
    await nvim.feed(':silent !git checkout -q --ours . && git add -u<CR>:TempestMerge<CR>');
    await nvim.waitForText(/one: a merge is not finished/);
    await nvim.waitForText(/1: Commit it: all is resolved/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/Commit one\?.*\n.*0 files/);
    await nvim.feed('y');
    await nvim.waitForText(/Merge branch 'main' into /);
    await nvim.feed('<CR>');
    await nvim.waitForText(/one: committed [0-9a-f]{12}; now :TempestMerge/);
    expect(await box.git(one.worktree, 'diff', 'HEAD^1', 'HEAD')).toBe('');
    expect(await box.git(one.worktree, 'rev-parse', 'HEAD^2')).toBe(
      await box.git(cwd, 'rev-parse', 'HEAD'),
    );
  });

  it('of a rebase: what is not committed is committed first', async () => {
    await box.git(one.worktree, 'reset', '-q', 'HEAD~');
    await nvim.feed(':TempestRebase<CR>');
    await nvim.waitForText(/one: what is not committed conflicts with main: a b\.txt/);
    await nvim.waitForText(/1: Commit 1 file, then open the conflict/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/Commit one first\?/);
    await nvim.feed('y');
    await nvim.inMode('i');
    await nvim.feed('<C-u>A draft<CR>');
    await nvim.waitForText(/resolve, :w, :!git add -u/);
    expect(await where()).toEqual([one.worktree, 'a b.txt', 1, 2]);
  });

  it('of a rebase: gone on with in a terminal, and merged', async () => {
    await nvim.feed(':TempestRebase<CR>');
    await nvim.waitForText(
      /one: "Change a b\.txt" conflicts with main: a b\.txt; nothing was changed/,
    );
    await nvim.feed('1<CR>');
    await nvim.waitForText(/:!git add -u, :terminal git rebase --continue/);
    expect(await where()).toEqual([one.worktree, 'a b.txt', 1, 2]);
    expect((await list()).slice(0, 2)).toEqual([
      '1 changed on both sides',
      '14 changed on both sides',
    ]);
    await nvim.feed(':tabclose<CR>:TempestRebase<CR>');
    await nvim.waitForText(/one: a rebase is not finished/);
    await nvim.feed('1<CR>');
    await until(async () => (await where())[3] === 2, { what: 'the tab page' });
    expect(await where()).toEqual([one.worktree, 'a b.txt', 1, 2]);
    await nvim.feed(':%d<CR>iboth<Esc>:w<CR>:silent !git add -u<CR>');
    await nvim.feed(':TempestCommit<CR>');
    await nvim.waitForText(
      /one: a rebase is not finished; :terminal git rebase --continue ends it/,
    );
    await nvim.lua("vim.env.GIT_EDITOR = 'true'");
    await nvim.feed(':terminal git rebase --continue<CR>');
    await nvim.waitForText(/Successfully rebased/);
    await nvim.feed(':TempestMerge --session one<CR>');
    await nvim.waitForText(/Merge one into main\?/);
    await nvim.feed('y');
    await nvim.waitForText(/one is merged into main/);
    expect(readFileSync(join(cwd, 'a b.txt'), 'utf8')).toBe('both\n');
  });

  it('with a swap file in the way: the list and what comes next are there all the same', async () => {
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/one conflicts with main/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/resolve, :w, :TempestCommit/);
    await nvim.feed(':set swapfile<CR>ggOunwritten<Esc>:preserve<CR>');
    await nvim.waitForText(/File preserved/);
    await nvim.kill();
    nvim = await startEditor({ version, sandbox: box, cwd, cols: 110, rows: 40 });
    await nvim.feed(':set swapfile<CR>');
    const showsAfter = async (answer: string) => {
      await nvim.feed(':cclose<CR>:TempestMerge --session one<CR>');
      await nvim.waitForText(/1: Show its conflicts/);
      await nvim.feed('1<CR>');
      await nvim.waitForText(/already exists!/);
      await nvim.feed(answer);
      await nvim.waitForText(/resolve, :w, :TempestCommit/);
      await nvim.waitForText(/a b\.txt\|14\| changed on both sides/);
      expect(await nvim.messages()).not.toMatch(/stack traceback/);
      expect(await nvim.lua('return vim.fn.tabpagenr("$")')).toBe(2);
    };
    await showsAfter('a');
    await nvim.inBuffer(/Go on: resolve/);
    await showsAfter('q');
    await nvim.inBuffer(/Go on: resolve/);
    await showsAfter('r');
    await nvim.inBuffer(/^unwritten\n/);
  });
});
