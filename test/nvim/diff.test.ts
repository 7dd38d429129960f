// `:TempestDiff`: both sides of every kind of change, kept up to date, gone without a trace.
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('');

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (cols: number, rows = 30): Promise<{ nvim: Editor; worktree: string }> => {
    const cwd = await box.repo({
      files: {
        'src/app.js': lines(60),
        'gone.txt': 'one\ntwo\n',
        'old name.txt': lines(12),
        'run.sh': 'true\n',
        'image.bin': 'a\0b',
      },
    });
    const args = ['-c', 'edit src/app.js'];
    const nvim = await startEditor({ version, sandbox: box, cwd, cols, rows, args });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    const text = lines(60).replace('line 20\n', 'line twenty\n').replace('line 45\n', '');
    await writeFile(join(worktree, 'src/app.js'), text);
    await rm(join(worktree, 'gone.txt'));
    await rename(join(worktree, 'old name.txt'), join(worktree, 'new name.txt'));
    await chmod(join(worktree, 'run.sh'), 0o755);
    await writeFile(join(worktree, 'image.bin'), 'a\0c');
    await writeFile(join(worktree, 'added.md'), 'hello\n');
    return { nvim, worktree };
  };
  const trace = (nvim: Editor) =>
    nvim.lua(`
      local function options(win)
        return vim.tbl_map(function(name) return vim.wo[win][name] end,
          { 'diff', 'scrollbind', 'cursorbind', 'foldmethod', 'winbar', 'wrap' })
      end
      return {
        buffers = vim.tbl_map(vim.api.nvim_buf_get_name, vim.api.nvim_list_bufs()),
        windows = #vim.api.nvim_list_wins(), tabs = #vim.api.nvim_list_tabpages(),
        cwd = vim.fn.getcwd(-1, -1), here = vim.fn.getcwd(), options = options(0),
        maps = #vim.api.nvim_buf_get_keymap(0, 'n'), columns = vim.o.columns,
      }`);

  it('follows what is written outside of the editor, unasked', async () => {
    const { nvim, worktree } = await start(120);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/6 files/);
    await writeFile(join(worktree, 'from-a-shell.txt'), 'x\n');
    await nvim.waitForText(/7 files/);
    await nvim.waitForText(/from-a-shell\.txt/);
  });

  it.each([{ cols: 80 }, { cols: 200 }])(
    'shows every kind of change on $cols columns',
    async ({ cols }) => {
      const { nvim } = await start(cols);
      const before = await trace(nvim);
      await nvim.feed(':TempestDiff work<CR>');
      await nvim.waitForText(/▸A added\.md +\+1 -0/);
      const panel = nvim.screen().map((line) => line.split('│')[0]?.trimEnd());
      expect(panel.slice(1, 11)).toEqual([
        ' work',
        ' since main',
        ' 6 files  +2 -4',
        expect.stringMatching(/^▸A added\.md +\+1 -0$/),
        expect.stringMatching(/^ D gone\.txt +\+0 -2$/),
        expect.stringMatching(/^ M .*age\.bin +binary$/),
        expect.stringMatching(/^ R .*name\.txt +\+0 -0$/),
        expect.stringMatching(/^ M run\.sh +755$/),
        expect.stringMatching(/^ ▾ src\/ +1$/),
        expect.stringMatching(/^ {3}M .*pp\.js +\+1 -2$/),
      ]);
      await nvim.waitForText(/│ +hello/);
      await nvim.feed(']f');
      await nvim.waitForText(/│ +two/);
      await nvim.feed(']f');
      await nvim.waitForText(/binary file: not shown/);
      await nvim.feed(']f');
      await nvim.waitForText(/old name\.txt · .*│ new name\.txt/);
      await nvim.feed('[f[f[f[f');
      await nvim.waitForText(/line 20 +│ +line twenty/);
      const diffed =
        'return vim.tbl_map(function(w) return vim.wo[w].diff end, vim.api.nvim_tabpage_list_wins(0))';
      expect(await nvim.lua(diffed)).toEqual([false, true, true]);
      await nvim.command('wincmd t');
      await nvim.feed('q');
      await until(async () => (await nvim.lua('return #vim.api.nvim_list_tabpages()')) === 1, {
        what: 'the tab page to close',
      });
      await until(async () => isDeepStrictEqual(await trace(nvim), before), {
        what: 'everything to be as before',
      }).catch(async () => expect(await trace(nvim)).toEqual(before));
    },
  );

  it('is closed when its session is removed, elsewhere or here, and says nothing of it', async () => {
    const { nvim } = await start(120);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/6 files/);
    await nvim.feed(':TempestRemove! work<CR>');
    await nvim.waitForText(/work is removed; :TempestRestore brings it back/);
    const tabs = () => nvim.lua<number>('return #vim.api.nvim_list_tabpages()');
    await until(async () => (await tabs()) === 1, { what: 'the review to close' });
    await nvim.feed(':TempestRestore work<CR>');
    await nvim.status('work', /closed/);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/6 files/);
    expect(await nvim.messages()).not.toContain('no session');
  });

  it('keeps cursor and folds while the agent writes', async () => {
    const { nvim, worktree } = await start(120);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/▸A added/);
    await nvim.feed('[f');
    await nvim.waitForText(/line twenty/);
    await nvim.command('wincmd b');
    await nvim.feed(':30<CR>zo:50<CR>');
    const at = 'return { vim.fn.line("."), vim.fn.foldclosed(30), vim.fn.foldclosed(5) }';
    expect(await nvim.lua(at)).toEqual([50, -1, 1]);
    const file = join(worktree, 'src/app.js');
    await writeFile(file, (await readFile(file, 'utf8')).replace('line 55\n', 'line fifty-five\n'));
    await nvim.command('wincmd t');
    await nvim.feed('R');
    await nvim.waitForText(/app\.js +\+2 -3/);
    await nvim.command('wincmd b');
    const text = () => nvim.lua('return vim.fn.getline(54)');
    await until(async () => (await text()) === 'line fifty-five', { what: 'the new text' });
    expect(await nvim.lua(at)).toEqual([50, -1, 1]);
  });

  it('begins at the same lines on both sides when a file is come back to', async () => {
    const cwd = await box.repo({ files: { 'long.txt': lines(60), 'short.txt': lines(60) } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 120, rows: 20 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    await writeFile(join(worktree, 'long.txt'), lines(60).replace('line 30\n', 'thirty\n'));
    await writeFile(join(worktree, 'short.txt'), 'line 1\n');
    const tops = () =>
      nvim.lua<number[]>(`return vim.tbl_map(function(win) return vim.fn.line('w0', win) end,
        vim.list_slice(vim.api.nvim_tabpage_list_wins(0), 2))`);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/line 30 +│ +thirty/);
    const first = await tops();
    expect(first[0]).toBe(first[1]);
    await nvim.command('wincmd b');
    await nvim.feed('zRG');
    await until(async () => (await tops())[0] !== first[0], { what: 'the end of the file' });
    await nvim.feed(']f');
    await nvim.waitForText(/ short\.txt · main[\s\S]*▸M short\.txt/);
    expect(await tops()).toEqual([1, 1]);
    await nvim.command('wincmd h');
    await nvim.feed('G');
    await until(async () => (await tops())[0] !== 1, { what: 'the end of its left side' });
    await nvim.feed('[f');
    await nvim.waitForText(/line 30 +│ +thirty/);
    const [left, right] = await tops();
    expect(left).toBe(right);
    await nvim.feed(']f');
    await nvim.waitForText(/ short\.txt · main[\s\S]*▸M short\.txt/);
    await until(async () => (await tops())[0] === 1, { what: 'the first line' });
    expect(await tops()).toEqual([1, 1]);
  });

  it('after :tabclose leaves other buffers alone, and keeps what was not written', async () => {
    const { nvim, worktree } = await start(120);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/▸A added/);
    await nvim.command('wincmd b');
    await nvim.feed('Omine<Esc>');
    await nvim.feed(':tabclose<CR>');
    const names = () =>
      nvim.lua<string[]>('return vim.tbl_map(vim.api.nvim_buf_get_name, vim.api.nvim_list_bufs())');
    await until(async () => (await names()).length === 2, {
      what: 'the buffers of the review to go',
    });
    expect((await names())[1]).toBe(join(worktree, 'added.md'));
    await nvim.command('sbuffer added.md');
    expect(await nvim.lua('return { vim.wo.diff, vim.fn.getline(1), vim.bo.modified }')).toEqual([
      false,
      'mine',
      true,
    ]);
  });

  it('writes edits on the right side into the worktree, and counts them', async () => {
    const { nvim, worktree } = await start(120);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/▸A added\.md +\+1 -0/);
    await nvim.command('wincmd b');
    await nvim.feed('oworld<Esc>:w<CR>');
    await nvim.waitForText(/▸A added\.md +\+2 -0/);
    expect(await readFile(join(worktree, 'added.md'), 'utf8')).toBe('hello\nworld\n');
    await nvim.command('wincmd h');
    expect(await nvim.lua('return vim.bo.modifiable')).toBe(false);
  });
});
