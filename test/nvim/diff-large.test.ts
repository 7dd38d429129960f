// `:TempestDiff` on what is large: files of 40 MB, patches of 20 MB, 30,000 files.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

const MiB = 1024 * 1024;
const line = (at: number) => `line ${at} of a file that has very many of them\n`;
const lines = (bytes: number) => {
  const count = Math.ceil(bytes / line(100_000).length);
  return Array.from({ length: count }, (_, at) => line(at + 1));
};

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (files: Record<string, string>) => {
    const cwd = await box.repo({ files: { 'README.md': '# A project\n', ...files } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 120, rows: 30 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    return { nvim, worktree };
  };
  const patch = `
    local buf = vim.api.nvim_win_get_buf(vim.fn.win_getid(vim.fn.winnr('$')))
    return { vim.b[buf].tempest_patch == true, vim.api.nvim_buf_line_count(buf),
      vim.api.nvim_buf_get_lines(buf, -2, -1, false)[1] }`;

  it('shows a changed file of 40 MB as its patch, and a deleted one page by page as one scrolls', async () => {
    const all = lines(40 * MiB);
    const { nvim, worktree } = await start({ 'a.txt': all.join(''), 'b.txt': all.join('') });
    const changed = [...all];
    changed[500_000] = 'changed in the midst\n';
    writeFileSync(join(worktree, 'a.txt'), changed.join(''));
    rmSync(join(worktree, 'b.txt'));
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/\+changed in the midst/);
    await nvim.command('wincmd b');
    await nvim.feed('/+changed<CR><CR>');
    await until(async () => (await nvim.lua('return vim.fn.line("$")')) === all.length, {
      what: 'the file itself',
    });
    expect(await nvim.lua('return vim.fn.getline(".")')).toBe('changed in the midst');

    await nvim.command('wincmd t');
    await nvim.feed(']f');
    await nvim.waitForText(/-line 1 of a file/);
    const [isPatch, first] = await nvim.lua<[boolean, number, string]>(patch);
    expect(isPatch).toBe(true);
    expect(first).toBeLessThan(20_000);
    await nvim.command('wincmd b');
    await nvim.feed('G');
    await until(async () => (await nvim.lua<[boolean, number]>(patch))[1] > first, {
      what: 'the next page',
    });
    const known = await nvim.lua<string[]>('return vim.api.nvim_buf_get_lines(0, 6, -1, false)');
    expect(known.slice(0, -1)).toEqual(
      all.slice(0, known.length - 1).map((one) => `-${one.trimEnd()}`),
    );
  });

  it('shows a patch of 20 MB in one buffer, and finds its last hunk on a page that was still to come', async () => {
    const text = lines(20 * MiB);
    const { nvim, worktree } = await start({ 'a.txt': `${'x\n'.repeat(20)}` });
    writeFileSync(join(worktree, 'a.txt'), `${text.join('')}${'x\n'.repeat(19)}last\n`);
    writeFileSync(join(worktree, 'b.txt'), 'b\n');
    await nvim.feed(':TempestDiff work --unified<CR>');
    await nvim.waitForText(/\+line 1 of a file/);
    await nvim.command('wincmd b');
    const shown = async () => (await nvim.lua<[boolean, number, string]>(patch))[2];
    await until(async () => nvim.lua<boolean>('return vim.wo.winbar ~= ""'), { what: 'the file' });
    await nvim.feed(']c');
    await until(async () => (await shown()) === '+last', { what: 'the last page' });
    await nvim.waitForText(/\+last/);
    expect(await nvim.lua<number>('return vim.fn.line("$")')).toBeGreaterThan(text.length);
  });

  it('lists 30,000 files', async () => {
    const { nvim, worktree } = await start({});
    mkdirSync(join(worktree, 'made'));
    for (let at = 0; at < 30_000; at += 1) writeFileSync(join(worktree, `made/${at}.txt`), 'x\n');
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/30000 files {2}\+30000 -0/);
    await nvim.waitForText(/│ +x/);
    await nvim.feed('G');
    await nvim.waitForText(/A 9999\.txt/);
  });
});
