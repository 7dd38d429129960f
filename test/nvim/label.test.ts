// What the status lines of Tempest's own windows say, as they are drawn.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Nvim, neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

/** The status line of each window of the current tab page, as it is drawn. */
const drawn = (nvim: Nvim) =>
  nvim.lua<string[]>(`return vim.tbl_map(function(win)
    local text = vim.wo[win].statusline
    return text == '' and '' or vim.api.nvim_eval_statusline(text, { winid = win }).str
  end, vim.api.nvim_tabpage_list_wins(0))`);
const untilDrawn = (nvim: Nvim, pattern: RegExp) =>
  until(async () => (await drawn(nvim)).some((line) => pattern.test(line)), {
    what: `a status line of ${pattern}`,
  });

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('tell what a session does, live, and what a window shows', async () => {
    const nvim = await startEditor({ version, sandbox: box, cwd: await box.repo() });
    await nvim.feed(':TempestNew --agent demo tell%d<CR>');
    await nvim.inMode('t');
    await untilDrawn(nvim, /^ ◆ tell-d · Run npm test +\+\d+ -0 $/);
    await nvim.feed('y');
    await untilDrawn(nvim, /^ [○◉] tell-d · (idle|unseen) +\+\d+ -0 $/);
    await nvim.feed('<C-\\><C-n>:TempestDiff<CR>');
    await untilDrawn(nvim, /^ review of tell-d *$/);
    await nvim.feed(':TempestList<CR>');
    await untilDrawn(nvim, /^ Tempest +1\/\d+ $/);
    await nvim.feed(':TempestLog<CR>');
    await untilDrawn(nvim, /^ setup of tell-d *$/);
  });

  it("leave the person's own alone", async () => {
    const args = ['-c', 'set statusline=mine'];
    const nvim = await startEditor({ version, sandbox: box, cwd: await box.repo(), args });
    await nvim.feed(':TempestNew -- cat<CR>');
    await nvim.inMode('t');
    await nvim.feed('<C-\\><C-n>:TempestList<CR>');
    await until(async () => (await drawn(nvim)).length === 3, { what: 'the list' });
    expect(await drawn(nvim)).toEqual(['mine', 'mine', 'mine']);
  });
});
