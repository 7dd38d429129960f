// `:Tempest` and `:TempestList`: what the screen shows, and what the keys do.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { bufferNames, type Editor, startEditor } from './support/editor.ts';

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
      await nvim.atWork(name);
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

  it('says at its foot only keys that do something for the session under the cursor', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 200, rows: 30 });
    const foot = (keys: string) => nvim.waitForText(new RegExp(`╰ ${keys} {2}\\? help ─`));
    await nvim.feed(':Tempest<CR>');
    await foot('n new  / filter');
    await nvim.feed('q:TempestNew! --name calm -- cat<CR>');
    await nvim.atWork('calm');
    await nvim.feed(':TempestNew! --name asks --agent demo go<CR>');
    await nvim.status('asks', /waiting/);
    await nvim.feed(':Tempest<CR>');
    await foot('<CR> open  n new  a allow  r refuse  / filter');
    await nvim.feed('a');
    await nvim.status('asks', /idle/);
    await foot('<CR> open  n new  d diff  / filter');
    await nvim.lua("require('tempest.actions').remove({ id = ... }, { force = true })", [
      (await nvim.sessions()).calm?.id,
    ]);
    await until(async () => !(await nvim.sessions()).calm, { what: 'calm to be gone' });
    await nvim.feed('u');
    await foot('<CR> restore  n new  u back  / filter');
    await nvim.feed('u');
    await foot('<CR> open  n new  d diff  / filter');
  });

  it('keeps a prompt that was refused, to be sent again', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 30 });
    await nvim.feed(':TempestNew! --name asks --agent demo go<CR>');
    await nvim.status('asks', /waiting/);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/◆ asks/);
    await nvim.feed('s');
    await nvim.waitForText(/ <CR> send .*<C-c> cancel/);
    await nvim.feed('a long thought<CR>');
    await until(async () => (await nvim.messages()).includes('waits for an answer'), {
      what: 'the refusal',
    });
    await gone(nvim, '<CR> send');
    await nvim.feed('s');
    await nvim.waitForText(/│a long thought/);
    await nvim.feed('<C-c>');
  });

  it('leads back from a queue or a log to the window that one came from', async () => {
    const nvim = await open(100, 30);
    await nvim.feed(':vsplit<CR>:split<CR>:wincmd l<CR>');
    const came = await nvim.lua<number>('return vim.api.nvim_get_current_win()');
    for (const key of ['Q', 'l']) {
      await nvim.feed(':Tempest<CR>');
      await nvim.waitForText(/│I am gamma/);
      await nvim.feed(key);
      await until(async () => (await nvim.lua<string>('return vim.bo.filetype')) !== 'tempest', {
        what: 'the window',
      });
      await nvim.waitForText(/setup output|queue|Nothing/i);
      await nvim.feed('q');
      expect(await nvim.lua('return vim.api.nvim_get_current_win()')).toBe(came);
    }
  });

  it('cuts lines of the screen that are wider than the preview', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 80, rows: 24 });
    const lines = `printf "%s\\n" 1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ`;
    await nvim.feed(
      `:TempestNew! --name wide -- sh -c '${lines}; printf "\\033[100Cfar"; cat'<CR>`,
    );
    await nvim.atWork('wide');
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/│1234567890abcdef/);
    const shown = nvim.screen().flatMap((line) => /│(1234567890\w+)│/.exec(line)?.[1] ?? []);
    expect(shown).toHaveLength(1);
    expect('1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ').toContain(shown[0]);
    expect(nvim.screen().join('\n')).not.toMatch(/[far]│$/m);
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
    await nvim.feed('/a<Down><Down>');
    await nvim.waitForText(/│I am alpha/);
    await nvim.feed('<Up>');
    await nvim.waitForText(/│I am beta/);
    await nvim.feed('<Up>');
    await nvim.waitForText(/│I am gamma/);
    await nvim.feed('<C-u>bet');
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

  it('asks again for a name that can not be had, and keeps what was written when one looks elsewhere', async () => {
    const nvim = await open(100, 30);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/│I am gamma/);
    await nvim.feed('R');
    await nvim.waitForText(/╭─* Rename/);
    expect(nvim.screen().join('\n')).not.toContain('new line');
    await nvim.feed('<C-u>beta<CR>');
    await nvim.waitForText(/╭─* Rename: there is a session "beta" already[\s\S]*│beta/);
    await nvim.feed('2<CR>');
    await nvim.waitForText(/ beta2 /);
    await nvim.feed('q:TempestNew<CR>');
    await nvim.waitForText(/╭─* New session/);
    await nvim.feed('a long thought<C-o><C-w>p');
    await gone(nvim, 'New session');
    await nvim.feed(':TempestNew<CR>');
    await nvim.waitForText(/╭─* New session[\s\S]*│a long thought/);
  });

  it('begins in the trash at what was removed last, of the repository at hand', async () => {
    const nvim = await open(100, 30);
    const cwd = await box.repo();
    await nvim.feed(
      `:cd ${cwd.replaceAll(' ', '<Bslash> ')}<CR>:TempestNew! --name other -- cat<CR>`,
    );
    await nvim.atWork('other');
    for (const name of ['alpha', 'gamma', 'other']) {
      await nvim.feed(`:TempestRemove! ${name}<CR>`);
      await until(async () => !(await nvim.sessions())[name], { what: `${name} to be removed` });
    }
    await nvim.command('cd -');
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/ beta /);
    await nvim.feed('u');
    await nvim.waitForText(/× gamma[\s\S]*× alpha[\s\S]*× other/);
    await nvim.feed('<CR>');
    await nvim.status('gamma', /./);
  });

  it('begins at who waits, also as the first thing that is done', async () => {
    const cwd = await box.repo();
    const first = await startEditor({ version, sandbox: box, cwd });
    await first.feed(':TempestNew! --name asks --agent demo go<CR>');
    await first.status('asks', /waiting/);
    await first.feed(':TempestNew! --name newest -- sh -c "echo I am newest; exec cat"<CR>');
    await first.atWork('newest');
    const nvim = await startEditor({ version, sandbox: box, cwd });
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/tempest\/asks · waiting/);
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

  it('tells tokens and cost of a session in its row, and of its turn below the preview', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 160, rows: 30 });
    await nvim.command('TempestNew! --agent demo --name played fix it without asking');
    await nvim.atWork('played', /idle/);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/played .* \d+ tok .* \d+s │/);
    await nvim.waitForText(/╰ turn (\d+ tok) \/ all \1 ─*╯/);
    const rows = (width: number) =>
      nvim.lua<string>(
        `local session = require('tempest').sessions()[1]
         session.changes = nil
         local function spent(output, cost)
           return { input = 10, output = output, cached = 5, cost = cost }
         end
         session.usage = { turn = spent(930, 0.02), total = spent(34000, 1.5) }
         local options = { width = ..., now = session.createdAt, empty = '' }
         return require('tempest.cells').spent(session)
           .. '\\n' .. require('tempest.rows').build({ session }, options)[1].text`,
        [width],
      );
    expect(await rows(60)).toMatch(/^turn 940 tok \$0\.02 \/ all 34k \$1\.50\n.* 34k \$1\.50 /);
    // The money goes before the agent's name, and the tokens before the session's.
    expect(await rows(32)).toMatch(/ played +demo +34k +\d+s $/);
    expect(await rows(26)).toMatch(/ played +34k +\d+s $/);
    expect(await rows(20)).toMatch(/ played +\d+s $/);
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
