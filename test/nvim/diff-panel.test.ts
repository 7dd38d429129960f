// The file panel of a review: a tree of folders or a list, filtered, and quick with a thousand files.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (paths: string[]): Promise<{ nvim: Editor; worktree: string }> => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 140, rows: 24 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    for (const path of paths) {
      await mkdir(dirname(join(worktree, path)), { recursive: true });
      await writeFile(join(worktree, path), `of ${path}\n`);
    }
    return { nvim, worktree };
  };
  const panel = (nvim: Editor) =>
    nvim
      .screen()
      .map((line) => (line.split('│')[0] ?? '').trimEnd().replace(/([^▸\s]) {2,}/g, '$1  '))
      .filter((line) => /^.+ \S/.test(line))
      .slice(0, 14);

  it('begins with the first file there is, though another was the first when they were counted', async () => {
    const { nvim, worktree } = await start(['b.js']);
    const counted = 'return (require("tempest.state").list()[1].changes or {}).files == 1';
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/▸A b\.js/);
    await until(() => nvim.lua<boolean>(counted), { what: 'the count of one file' });
    await nvim.feed('q');
    await writeFile(join(worktree, 'a.js'), 'of a.js\n');
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/2 files[\s\S]*▸A a\.js[\s\S]*A b\.js/);
    await nvim.waitForText(/of a\.js/);
  });

  it('folds folders, joins those with nothing else in them, and can be a list', async () => {
    const { nvim, worktree } = await start([
      'src/deep/er/one.js',
      'src/deep/er/two.js',
      'src/main.js',
      'top.md',
    ]);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/of src\/deep\/er\/one\.js/);
    const text = () => panel(nvim).join('\n');
    const shows = (lines: string[]) =>
      until(() => text().includes(lines.join('\n')), { what: lines.join('\n') }).catch(() =>
        expect(text()).toContain(lines.join('\n')),
      );
    await shows([
      ' ▾ src/  3',
      '   ▾ deep/er/  2',
      '▸    A one.js  +1 -0',
      '     A two.js  +1 -0',
      '   A main.js  +1 -0',
      ' A top.md  +1 -0',
    ]);
    await nvim.feed('kza');
    await shows([' ▾ src/  3', '   ▸ deep/er/  2  +2 -0', '   A main.js  +1 -0']);
    // What the agent writes changes the counts, not what is folded.
    await writeFile(join(worktree, 'src/deep/er/three.js'), 'three\n');
    await shows([' ▾ src/  4', '   ▸ deep/er/  3  +3 -0', '   A main.js  +1 -0']);
    expect(await nvim.lua('return vim.fn.getline(".")')).toContain('deep/er');
    // A file in it that is gone to is shown.
    await nvim.feed(']f');
    await shows(['▸    A three.js  +1 -0', '     A two.js  +1 -0']);
    await nvim.feed('zM');
    await shows([' ▸ src/  4  +4 -0', ' A top.md  +1 -0']);
    await nvim.feed('zRt');
    await shows([' A src/deep/er/one.js  +1 -0', '▸A src/deep/er/three.js  +1 -0']);
    await nvim.feed('t');
    await shows([' ▾ src/  4']);
    await rm(join(worktree, 'src'), { recursive: true });
    await shows([' 1 file  +1 -0', '▸A top.md  +1 -0']);
  });

  it('filters by typing, and steps through what is left', async () => {
    const { nvim } = await start(['a/red.js', 'a/blue.js', 'b/red.css', 'c.js']);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/of a\/blue\.js/);
    await nvim.feed('fRED');
    await nvim.waitForText(/╭ Filter/);
    await until(() => !/A (blue|c\.js)/.test(panel(nvim).join('\n')), { what: 'the others to go' });
    await nvim.feed(' css<CR>');
    await nvim.waitForText(/▸ {2}A red\.css/);
    await nvim.waitForText(/of b\/red\.css/);
    await nvim.command('wincmd t');
    await nvim.feed('f<C-u>red<Esc>');
    await nvim.waitForText(/ \/red {2}in 4 files/);
    await nvim.feed(']f');
    await nvim.waitForText(/of a\/red\.js/);
    await nvim.feed(']f');
    await nvim.waitForText(/of b\/red\.css/);
    await nvim.command('wincmd t');
    await nvim.feed('f');
    await nvim.waitForText(/╭ Filter/);
    await nvim.feed('<C-c>');
    await nvim.waitForText(/(?<!in) 4 files/);
    // From the line of the filter, too.
    await nvim.feed('fred');
    await until(() => !/A (blue|c\.js)/.test(panel(nvim).join('\n')), { what: 'the others to go' });
    await nvim.feed('<Up><Up><Up><Up><CR>');
    await nvim.waitForText(/of a\/red\.js/);
    await nvim.command('wincmd t');
    await nvim.feed('f<Down><Down><Down><Down><CR>');
    await nvim.waitForText(/of b\/red\.css/);
  });

  it('opens a thousand files, and loads each when it is looked at', async () => {
    const paths = Array.from({ length: 1000 }, (_, i) => `src/part${i % 40}/file${i}.js`);
    const { nvim } = await start(paths);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/ 1000 files {2}\+1000 -0/);
    await nvim.waitForText(/of src\/part0\/file0\.js/);
    const count = 'return #vim.api.nvim_list_bufs()';
    const before = await nvim.lua<number>(count);
    expect(before).toBeLessThan(10);
    await nvim.feed(']f');
    await nvim.waitForText(/of src\/part0\/file120\.js/);
    expect(await nvim.lua<number>(count)).toBeLessThanOrEqual(before + 2);
    await nvim.feed('[f[f');
    await nvim.waitForText(/▸ {4}A file969\.js/);
    // Only the two lines that differ are written: the one that was shown, and the one that is.
    const written = `
      local lines = 0
      vim.api.nvim_buf_attach(0, false, { on_lines = function(_, _, _, first, _, last)
        lines = lines + last - first
      end })
      _G.written = function() return lines end`;
    await nvim.command('wincmd t');
    await nvim.lua(written);
    await nvim.feed('[f');
    await nvim.waitForText(/▸ {4}A file929\.js/);
    expect(await nvim.lua('return written()')).toBeLessThan(5);
  });

  it('shows names with blanks, newlines and letters of all kinds on one line each', async () => {
    const { nvim } = await start(['two\nlines.txt', 'größe 表.txt', 'with space/%d.txt']);
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/ 3 files/);
    const text = panel(nvim).join('\n');
    expect(text).toMatch(/A größe 表\.txt +\+1 -0/);
    expect(text).toMatch(/A two\?lines\.txt +\+2 -0/);
    expect(text).toMatch(/with space\/ +1\n.*A %d\.txt +\+1 -0/);
    await nvim.feed(']f');
    await nvim.waitForText(/of with space\/%d\.txt|of two/);
    await nvim.feed(']f');
    await nvim.waitForText(/of größe|of with space\/%d\.txt/);
    expect(await nvim.messages()).not.toContain('E5108');
  });
});
