// Marks of a review: files that were viewed, hunks that were accepted, and what changed since.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

const lines = (count: number, changed: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, i) => `${changed[i + 1] ?? `line ${i + 1}`}\n`).join('');

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (): Promise<{ nvim: Editor; file: string }> => {
    const cwd = await box.repo({ files: { 'src/a.txt': lines(40), 'b.txt': lines(3) } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 140, rows: 44 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    const file = join(worktree, 'src/a.txt');
    await writeFile(file, lines(40, { 5: 'five', 20: 'twenty', 35: 'thirty-five' }));
    await writeFile(join(worktree, 'b.txt'), lines(2));
    return { nvim, file };
  };
  /** Lines with a sign of ours, in the buffer of the current window. */
  const signed = (nvim: Editor) =>
    nvim.lua<number[]>(`
      local ns = vim.api.nvim_get_namespaces().tempest_diff_marks
      return vim.tbl_map(function(mark) return mark[2] + 1 end,
        vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {}))`);
  const signs = async (nvim: Editor, wanted: number[]) =>
    until(async () => String(await signed(nvim)) === String(wanted), { what: `${wanted}` }).catch(
      async () => expect(await signed(nvim)).toEqual(wanted),
    );

  it('marks files as viewed, and tells when one holds something else since', async () => {
    const { nvim, file } = await start();
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/▸M b\.txt/);
    await nvim.feed('v');
    await nvim.waitForText(/▸M b\.txt +\+0 -1 ✓/);
    await nvim.waitForText(/2 files {2}\+3 -4 {2}1 ✓/);
    // A folder stands for all that is in it.
    await nvim.feed('/src<CR>v');
    await nvim.waitForText(/M a\.txt +\+3 -3 ✓/);
    await nvim.feed('q');
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/M a\.txt +\+3 -3 ✓/);
    await writeFile(file, (await readFile(file, 'utf8')).replace('five', 'FIVE'));
    await nvim.waitForText(/M a\.txt +\+3 -3 ~/);
    await nvim.feed('gg/b.txt<CR>v');
    await nvim.waitForText(/M b\.txt +\+0 -1 *│/);
  });

  it('accepts hunks, and says which of them the agent changed', async () => {
    const { nvim, file } = await start();
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/▸M b\.txt/);
    await nvim.feed(']f');
    await nvim.waitForText(/twenty/);
    await nvim.command('wincmd b');
    await nvim.feed(':TempestAccept<CR>');
    await nvim.waitForText(/tempest: hunk accepted/);
    await signs(nvim, [5]);
    await nvim.waitForText(/✓ *five/);
    // The left side is ours: there a key does it.
    await nvim.feed(']c');
    await nvim.command('wincmd h');
    await nvim.feed('a');
    await signs(nvim, [5, 20]);
    await nvim.feed('a');
    await nvim.waitForText(/hunk no longer accepted/);
    await signs(nvim, [5]);
    await nvim.feed('a');
    await signs(nvim, [5, 20]);
    await nvim.command('wincmd b');
    await nvim.feed('9G:TempestAccept<CR>');
    await nvim.waitForText(/tempest: no hunk here/);

    // One moves, one becomes another, one is as it was.
    const text = (await readFile(file, 'utf8')).replace('twenty', 'zwanzig');
    await writeFile(file, `first\n${text}`);
    await nvim.waitForText(/work: 1 reviewed hunk changed/);
    await signs(nvim, [6]);
    await nvim.command('wincmd t');
    await nvim.feed('q');
    await until(async () => (await nvim.lua('return #vim.api.nvim_list_tabpages()')) === 1, {
      what: 'the review to close',
    });
    // Kept by the daemon, and shown in one buffer as well.
    await nvim.feed(':TempestDiff work --unified<CR>');
    await nvim.waitForText(/▸M b\.txt/);
    await nvim.feed(']f');
    await nvim.waitForText(/✓ *-line 5/);
    await nvim.waitForText(/✓ *\+five/);
    await nvim.command('wincmd b');
    await nvim.feed('/+zwanzig<CR>a');
    await nvim.waitForText(/✓ *\+zwanzig/);
    // On the line above a hunk's first, all that is shown with it is meant.
    await nvim.feed('gg/^@@ .*3<CR>');
    await nvim.command('wincmd t');
    await nvim.feed('a');
    await nvim.waitForText(/4 hunks accepted/);
    await nvim.waitForText(/✓ *\+thirty-five/);
  });
  it('counts the comments on each file until they are resolved', async () => {
    const { nvim } = await start();
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/│ b\.txt · main/);
    await nvim.command('wincmd b');
    await nvim.feed(':TempestComment why not three?<CR>');
    await nvim.waitForText(/▸M b\.txt +1c \+0 -1/);
    await nvim.feed('gg:TempestComment and this?<CR>');
    await nvim.waitForText(/▸M b\.txt +2c \+0 -1/);
    await nvim.feed(':TempestCommentResolve<CR>');
    await nvim.waitForText(/▸M b\.txt +1c \+0 -1/);
  });
});
