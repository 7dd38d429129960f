// A review beside diffview.nvim, by a stand-in that does to Neovim what that does: neither takes anything from the other.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('');
const changed = lines(60).replace('line 20\n', 'line twenty\n').replace('line 45\n', '');

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

/** Of one tab page: what its windows show, and how. */
interface Page {
  buffers: string[];
  diff: boolean[];
  options: unknown[];
  cursors: number[][];
}

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (): Promise<{ nvim: Editor; cwd: string; worktree: string }> => {
    const cwd = await box.repo({ files: { 'src/app.js': lines(60), 'notes.md': 'hello\n' } });
    await writeFile(join(cwd, 'src/app.js'), lines(60).replace('line 5\n', 'line five\n'));
    const rtp = [resolve('.'), join(import.meta.dirname, 'support/diffview')];
    // As people map these, for every buffer there is.
    const maps = ['<Leader>dv :DiffviewOpen<CR>', 'q :DiffviewClose<CR>', ']f gt', ']c ]czz'];
    const args = [...maps.flatMap((map) => ['-c', `nnoremap ${map}`]), '-c', 'edit src/app.js'];
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 160, rows: 30, rtp, args });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    await writeFile(join(worktree, 'src/app.js'), changed);
    await writeFile(join(worktree, 'notes.md'), 'hello\nthere\n');
    return { nvim, cwd, worktree };
  };
  const page = (nvim: Editor, tab: number) =>
    nvim.lua<Page>(
      `local wins = vim.api.nvim_tabpage_list_wins(vim.api.nvim_list_tabpages()[...])
      local function each(of) return vim.tbl_map(of, wins) end
      return {
        buffers = each(function(win) return vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(win)) end),
        diff = each(function(win) return vim.wo[win].diff end),
        cursors = each(vim.api.nvim_win_get_cursor),
        options = each(function(win)
          return vim.tbl_map(function(name) return vim.wo[win][name] end,
            { 'scrollbind', 'cursorbind', 'foldmethod', 'foldcolumn', 'winhighlight', 'winbar' })
        end),
      }`,
      [tab],
    );
  const trace = (nvim: Editor) =>
    nvim.lua<{ buffers: unknown[] }>(`
      local function keys(maps)
        return vim.fn.sort(vim.tbl_map(function(map) return map.lhs .. ' ' .. (map.rhs or '') end, maps))
      end
      local buffers = vim.tbl_map(function(buf)
        return { vim.api.nvim_buf_get_name(buf), keys(vim.api.nvim_buf_get_keymap(buf, 'n')) }
      end, vim.api.nvim_list_bufs())
      return { maps = keys(vim.api.nvim_get_keymap('n')), buffers = buffers, tabs = #vim.api.nvim_list_tabpages(), cwd = vim.fn.getcwd(),
        commands = vim.fn.sort(vim.tbl_keys(vim.api.nvim_get_commands({}))), columns = vim.o.columns,
        diffopt = vim.o.diffopt, equalalways = vim.o.equalalways, eventignore = vim.o.eventignore }`);
  const same = async (what: string, look: () => Promise<unknown>, before: unknown) => {
    const is = async () => isDeepStrictEqual(await look(), before);
    await until(is, { what }).catch(async () => expect(await look()).toEqual(before));
  };
  /** Opens the review, and goes to a line of src/app.js on its right side. */
  const review = async (nvim: Editor) => {
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/ notes\.md · main[\s\S]*there/);
    await nvim.command('wincmd t');
    await nvim.feed(']f');
    await nvim.waitForText(/line 20 +│ +line twenty/);
    await nvim.command('wincmd b');
    await nvim.command('normal! 30Gzo50G');
  };
  const sides = [false, true, true];

  it('shows both at once, each in its tab page, and closes leaving no trace', async () => {
    const { nvim, worktree } = await start();
    const plain = await page(nvim, 1);
    const bare = await trace(nvim);
    await nvim.command('DiffviewOpen');
    const theirs = await page(nvim, 2);
    expect(theirs.diff).toEqual(sides);
    const before = await trace(nvim);

    await review(nvim);
    const ours = await page(nvim, 3);
    expect(ours.diff).toEqual(sides);
    expect(ours.cursors[2]).toEqual([50, 0]);
    expect(await page(nvim, 2)).toEqual(theirs);
    for (const way of ['gT', 'gt', 'gTgt', 'gTgTgt', 'gt']) {
      await nvim.command(`normal! ${way}`);
      expect(await page(nvim, 2)).toEqual(theirs);
      expect(await page(nvim, 3)).toEqual(ours);
    }
    await nvim.command('colorscheme blue');
    expect(await nvim.lua('return vim.fn.hlexists("DiffviewDiffAdd")')).toBe(1);
    await nvim.waitForText(/\bsrc\/app\.js · main/);
    await nvim.feed('Omine<Esc>:w<CR>');
    await nvim.waitForText(/app\.js +\+2 -2/);
    expect({ ...(await page(nvim, 3)), cursors: [] }).toEqual({ ...ours, cursors: [] });
    expect(await nvim.lua('return vim.fn.getline(".")')).toBe('mine');
    expect(await readFile(join(worktree, 'src/app.js'), 'utf8')).toContain('mine\n');

    await nvim.command('wincmd t');
    await nvim.feed('q');
    await same('their tab page', () => page(nvim, 2), theirs);
    await same('no trace', () => trace(nvim), before);
    await nvim.command('DiffviewClose');
    await same('no trace of theirs', () => trace(nvim), bare);
    expect(await page(nvim, 1)).toEqual(plain);
  });

  it.each(['review', 'other'])(
    'shows the same file in both, the %s closed first',
    async (first) => {
      const { nvim, worktree } = await start();
      const bare = await trace(nvim);
      await review(nvim);
      const ours = await page(nvim, 2);
      const own = await trace(nvim);
      // Of the file in the worktree, from the review's own window.
      await nvim.command('DiffviewOpen');
      const theirs = await page(nvim, 3);
      expect(theirs.diff).toEqual(sides);
      const both = await trace(nvim);
      expect(await page(nvim, 2)).toEqual(ours);
      await nvim.command('tabprevious');
      expect(await page(nvim, 2)).toEqual(ours);
      await nvim.feed('[f');
      await nvim.waitForText(/ notes\.md · main[\s\S]*there/);
      await nvim.feed(']f');
      await nvim.waitForText(/line 20 +│ +line twenty/);
      expect((await page(nvim, 2)).diff).toEqual(sides);
      await nvim.command('tabnext');
      await same('all to be as it was', () => trace(nvim), both);
      if (first === 'review') {
        await nvim.command('tabprevious');
        await nvim.command('wincmd t');
        await nvim.feed('q');
        const left = () => nvim.lua('return #vim.api.nvim_list_tabpages()');
        await same('the review to be closed', left, 2);
        await nvim.command('tablast');
        await same('their tab page', () => page(nvim, 2), theirs);
        await nvim.command('DiffviewClose');
      } else {
        await nvim.command('DiffviewClose');
        await same('what is of the review', () => trace(nvim), own);
        await nvim.command('2tabnext');
        expect((await page(nvim, 2)).diff).toEqual(sides);
        await nvim.command('wincmd t');
        await nvim.feed('q');
      }
      // The other still showed it when the review was closed, and deletes no buffer of a file.
      const kept = first === 'review' ? [[join(worktree, 'src/app.js'), []]] : [];
      await same('no trace', () => trace(nvim), { ...bare, buffers: [...bare.buffers, ...kept] });
      expect(await nvim.messages()).not.toMatch(/E\d+:/);
    },
  );
});
