// From hunk to hunk and from file to file, side by side and in one buffer.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

const lines = (count: number, changed: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, i) => `${changed[i + 1] ?? `-- line ${i + 1}`}\n`).join('');

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (): Promise<{ nvim: Editor; worktree: string }> => {
    const cwd = await box.repo({
      files: { 'a.lua': lines(60), 'b.lua': lines(60), 'c.lua': lines(9) },
    });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 140, rows: 40 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    await writeFile(
      join(worktree, 'a.lua'),
      lines(60, { 5: 'local five = 5', 40: 'local forty = 40' }),
    );
    await writeFile(
      join(worktree, 'b.lua'),
      lines(60, { 10: 'local ten = 10', 50: 'local fifty = 50' }),
    );
    await writeFile(join(worktree, 'c.lua'), lines(7));
    return { nvim, worktree };
  };
  const place = (nvim: Editor) =>
    nvim.lua<string>(
      `return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ':t') .. ':' .. vim.fn.line('.')`,
    );
  const at = async (nvim: Editor, wanted: string) =>
    until(async () => (await place(nvim)) === wanted, { what: wanted }).catch(async () =>
      expect(await place(nvim)).toBe(wanted),
    );

  it('goes on to the next file at the end of one, and back', async () => {
    const { nvim } = await start();
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/local five/);
    await nvim.command('wincmd b');
    await at(nvim, 'a.lua:5');
    await nvim.feed(']c');
    await at(nvim, 'a.lua:40');
    await nvim.feed(']c');
    await at(nvim, 'b.lua:10');
    // Those that come while a file is being loaded count, too.
    await nvim.feed(']c]c[c');
    await at(nvim, 'b.lua:50');
    await nvim.feed('2]c');
    await nvim.waitForText(/tempest: no hunk after this one/);
    await at(nvim, 'c.lua:7');
    await nvim.feed('4[c');
    await at(nvim, 'a.lua:5');
    await nvim.feed('[c');
    await nvim.waitForText(/tempest: no hunk before this one/);
    // In the file panel it moves the files beside it.
    await nvim.command('wincmd t');
    await nvim.feed(']c');
    await nvim.command('wincmd b');
    await at(nvim, 'a.lua:40');
  });

  it('shows both sides in one buffer, coloured, with a way to the file', async () => {
    const { nvim, worktree } = await start();
    await nvim.feed(':TempestDiff work --unified<CR>');
    await nvim.waitForText(/\n.*-+-- line 5\b.*\n.*\+local five = 5/);
    const row = nvim.screen().findIndex((line) => line.includes('+local five'));
    const column = nvim.screen()[row]?.indexOf('local five') ?? 0;
    // The line is an added one, and the word a keyword of Lua.
    expect(nvim.highlightsAt(row, column)).toEqual(
      expect.arrayContaining(['DiffAdd', 'Statement']),
    );
    expect(await nvim.lua('return #vim.api.nvim_tabpage_list_wins(0)')).toBe(2);
    await nvim.command('wincmd b');
    expect(await nvim.lua('return { vim.bo.modifiable, vim.bo.filetype }')).toEqual([
      false,
      'diff',
    ]);
    const text = () => nvim.lua<string>('return vim.fn.getline(".")');
    expect(await text()).toMatch(/^@@ -2,7 \+2,7 @@/);
    await nvim.feed(']c]c');
    await nvim.waitForText(/\+local ten/);
    expect(await text()).toMatch(/^@@ -7,7 \+7,7 @@/);
    await nvim.feed('[c');
    await until(async () => /^@@ -37,7/.test(await text()), { what: 'the last hunk of a.lua' });
    await nvim.feed('/+local<CR>');
    // What is written above it moves it, and the cursor with it.
    const file = join(worktree, 'a.lua');
    await writeFile(file, `-- new first\n${await readFile(file, 'utf8')}`);
    await nvim.waitForText(/\+-- new first/);
    expect(await text()).toBe('+local forty = 40');
    await nvim.feed('<CR>');
    await at(nvim, 'a.lua:41');
    expect(await nvim.lua('return vim.bo.modifiable and vim.api.nvim_buf_get_name(0)')).toBe(file);
    await nvim.feed('<C-o>');
    await until(async () => (await text()) === '+local forty = 40', { what: 'the patch again' });
    await nvim.command('wincmd t');
    await nvim.feed('u');
    await nvim.waitForText(/a\.lua · main/);
    expect(await nvim.lua('return #vim.api.nvim_tabpage_list_wins(0)')).toBe(3);
  });

  it('gives back the maps that a file had, and leaves them alone in other tab pages', async () => {
    const { nvim, worktree } = await start();
    await nvim.command(`edit ${join(worktree, 'a.lua')}`);
    await nvim.lua(`
      vim.keymap.set('n', ']c', function() vim.g.mine = (vim.g.mine or 0) + 1 end, { buffer = 0 })`);
    const maps = () =>
      nvim.lua<string[]>(`return vim.tbl_map(function(map) return map.lhs .. (map.desc or '') end,
        vim.api.nvim_buf_get_keymap(vim.fn.bufnr('a.lua'), 'n'))`);
    const before = await maps();
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/local five.*\n/);
    await nvim.waitForText(/a\.lua · main/);
    expect(await maps()).not.toEqual(before);
    await nvim.command('tabfirst');
    await nvim.feed('gg]c');
    expect(await nvim.lua('return vim.g.mine')).toBe(1);
    await nvim.command('tablast');
    await nvim.command('wincmd t');
    await nvim.feed('q');
    await until(async () => (await nvim.lua('return #vim.api.nvim_list_tabpages()')) === 1, {
      what: 'the review to close',
    });
    expect(await maps()).toEqual(before);
    await nvim.feed(']c');
    expect(await nvim.lua('return vim.g.mine')).toBe(2);
    expect(await nvim.lua("return vim.fn.getcompletion('tempest_diff', 'augroup')")).toEqual([]);
  });
});
