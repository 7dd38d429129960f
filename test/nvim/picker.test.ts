// `:Tempest` and `:TempestList`: what the screen shows, and what the keys do.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { bufferNames, type Editor, running, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const open = async (cols: number, rows: number): Promise<Editor> => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols, rows });
    for (const name of ['alpha', 'beta', 'gamma']) {
      await nvim.feed(`:TempestNew! --name ${name} -- sh -c 'echo I am ${name}; exec cat'<CR>`);
      await nvim.status(name, running);
    }
    return nvim;
  };
  const gone = (nvim: Editor, text: string) =>
    until(() => !nvim.screen().join('\n').includes(text), { what: `${text} to go` });

  it.each([
    { cols: 80, rows: 24 },
    { cols: 200, rows: 50 },
  ])('shows list and screen side by side on $cols columns', async ({ cols, rows }) => {
    const nvim = await open(cols, rows);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/│I am gamma/);
    const screen = nvim.screen();
    // The newest first, one row each, ages at the right edge of the list.
    const list = screen.map((line) => line.match(/│ \S (\w+) .* (\d+[sm]) │/)).filter(Boolean);
    expect(list.map((match) => match?.[1])).toEqual(['gamma', 'beta', 'alpha']);
    expect(screen.join('\n')).toMatch(/╭ Tempest ─+╮╭ tempest\/gamma · \w+/);
    expect(screen.join('\n')).toMatch(/╰ <CR> open {2}n new .* \? help ─*╯/);
    expect(Math.max(...screen.map((line) => line.length))).toBeLessThanOrEqual(cols);
    await nvim.feed('j');
    await nvim.waitForText(/│I am beta/);
    await nvim.feed('p');
    await nvim.waitForText(/│ no changes/);
    await nvim.feed('q');
    await gone(nvim, 'Tempest ─');
    expect(await bufferNames(nvim)).toEqual(['']);
  });

  it('keeps the cursor on its session while the list changes', async () => {
    const nvim = await open(100, 30);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/│I am gamma/);
    await nvim.feed('jj');
    await nvim.waitForText(/│I am alpha/);
    await nvim.lua(
      `require('tempest').new({ name = 'delta', command = { 'cat' }, background = true })`,
    );
    await nvim.waitForText(/ delta /);
    const row = () => nvim.screen()[nvim.cursor().row] ?? '';
    await until(() => / alpha /.test(row()), { what: 'the cursor on alpha' });
  });

  it('filters by typing, and opens what is selected', async () => {
    const nvim = await open(100, 30);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/│I am gamma/);
    await nvim.feed('/bet');
    await nvim.waitForText(/│I am beta/);
    expect(nvim.screen().join('\n')).not.toMatch(/ (alpha|gamma) /);
    await nvim.feed('<CR>');
    await nvim.inMode('t');
    expect(await nvim.lua('return vim.b.tempest_session')).toBe((await nvim.sessions()).beta?.id);
    await gone(nvim, 'Filter');
  });

  it('renames, closes, removes after asking, and restores', async () => {
    const nvim = await open(100, 30);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/│I am gamma/);
    await nvim.feed('R');
    await nvim.waitForText(/╭─* Rename/);
    await nvim.feed('<C-u>omega<CR>');
    await nvim.waitForText(/ omega /);
    await nvim.feed('c');
    const { worktree } = await nvim.status('omega', /closed/);
    await nvim.lua("vim.fn.writefile({ 'work' }, ... .. '/work.txt')", [worktree]);
    await nvim.feed('x');
    await nvim.waitForText(/Remove omega\?/);
    await nvim.feed('n');
    await gone(nvim, 'Remove omega?');
    expect(Object.keys(await nvim.sessions())).toContain('omega');
    await nvim.feed('x');
    await nvim.waitForText(/Remove omega\?/);
    await nvim.feed('y');
    await until(async () => !(await nvim.sessions()).omega, { what: 'the removal' });
    await nvim.feed('u');
    await nvim.waitForText(/× omega/);
    await nvim.feed('<CR>');
    await nvim.status('omega', /./);
    const restored = (await nvim.sessions()).omega;
    const text = await nvim.lua('return vim.fn.readfile(... .. "/work.txt")', [restored?.worktree]);
    expect(text).toEqual(['work']);
  });

  it('explains its keys on ?, and closes with Escape', async () => {
    const nvim = await open(80, 24);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/│I am gamma/);
    await nvim.feed('?');
    await nvim.waitForText(/remove: move it to the trash/);
    await nvim.feed('<Esc>');
    await gone(nvim, 'move it to the trash');
    await nvim.feed('<Esc>');
    await gone(nvim, 'Tempest ─');
  });

  it('lists the same at the side, always up to date', async () => {
    const nvim = await open(80, 24);
    await nvim.feed(':TempestList<CR>');
    await nvim.waitForText(/ gamma .*\d+[sm]/);
    await nvim.feed('<C-w>p');
    await nvim.lua(
      `require('tempest').new({ name = 'delta', command = { 'cat' }, background = true })`,
    );
    await nvim.waitForText(/ delta /);
    await nvim.command('TempestClose delta');
    await nvim.waitForText(/□ delta/);
    await nvim.command('TempestRemove! delta');
    await until(() => !/. delta /.test(nvim.screen().slice(0, 20).join('\n')), {
      what: 'delta to go',
    });
    await nvim.command('TempestList');
    await gone(nvim, ' gamma ');
    expect(await nvim.lua('return #vim.api.nvim_list_wins()')).toBe(1);
  });
});
