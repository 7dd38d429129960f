// `:TempestComment` and its like: written and read where the code is, sent as one prompt, answered by a turn.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, running, startEditor } from './support/editor.ts';

const code = `${Array.from({ length: 9 }, (_, line) => `line ${line + 1}`).join('\n')}\n`;
let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': code, 'b.txt': 'other\n' } });
});
afterEach(() => box.dispose());

/** Takes prompts, and does what stands in `next` when it is sent one. */
const agent = (next: string) =>
  `sh -c 'printf "\\033[?2004h"; echo ready; while read -r line; do printf "\\033]9;4;3;0\\007"; . ${next}; : > ${next}; printf "\\033]9;4;0;0\\007"; done'`;

/** How many places are made level with a comment on the other side. */
const levelling = `
  local found = 0
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    local ns = vim.api.nvim_create_namespace('tempest_comments_level')
    found = found + #vim.api.nvim_buf_get_extmarks(buf, ns, 0, -1, {})
  end
  return found`;

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async () => {
    const next = join(box.root, 'next.sh');
    writeFileSync(next, '');
    const nvim = await startEditor({ version, sandbox: box, cwd: repo, cols: 110, rows: 40 });
    await nvim.lua(`vim.cmd({ cmd = 'TempestNew', bang = true, args = { ... } })`, [
      `--name work -- ${agent(next)}`,
    ]);
    const { worktree } = await nvim.status('work', /idle/);
    const will = (commands: string) => writeFileSync(next, commands);
    return { nvim, worktree, will };
  };
  const edit = async (nvim: Editor, path: string) => {
    await nvim.command(`edit ${path}`);
    await nvim.waitForText(/line 1|other/);
  };
  const says = (nvim: Editor, pattern: RegExp) =>
    until(async () => pattern.test(await nvim.messages()), { what: `the message ${pattern}` });
  /** The line of the screen below which a text stands. */
  const above = (nvim: Editor, text: string) => {
    const lines = nvim.screen();
    return lines[lines.findIndex((line) => line.includes(text)) - 1]?.trim();
  };

  it('stands below its lines, moves with them, and is found again by a new Neovim', async () => {
    const { nvim, worktree } = await start();
    await edit(nvim, join(worktree, 'a.txt'));
    await nvim.feed(':3,4TempestComment Why these two?<CR>');
    await nvim.waitForText(/┃ Why these two\? +· open/);
    expect(above(nvim, 'Why these')).toBe('line 4');
    const row = nvim.screen().findIndex((line) => line.includes('Why these'));
    expect(nvim.highlightsAt(row, 5)).toContain('DiagnosticInfo');
    await nvim.feed('ggOnew<Esc>');
    await nvim.waitForText(/new\nline 1/);
    expect(above(nvim, 'Why these')).toBe('line 4');
    // What is not written yet is kept in place, though comments come in between.
    await nvim.feed(':2TempestComment The first<CR>');
    await nvim.waitForText(/┃ The first/);
    expect(above(nvim, 'Why these')).toBe('line 4');
    await nvim.command('write');
    await until(async () => above(nvim, 'The first') === 'line 1', {
      what: 'both at their places',
    });
    expect(above(nvim, 'Why these')).toBe('line 4');
    writeFileSync(join(worktree, 'a.txt'), `1\n2\n3\n${code}`);
    await nvim.command('checktime');
    await until(async () => above(nvim, 'Why these') === 'line 4', { what: 'it to have moved' });

    const other = await startEditor({ version, sandbox: box, cwd: worktree, args: ['a.txt'] });
    await other.command('Tempest');
    await other.waitForText(/\bwork\b/);
    await other.feed('q');
    await other.waitForText(/┃ Why these two\? +· open/);
    expect(above(other, 'Why these')).toBe('line 4');
  });

  it('is written in a small window, which keeps what was typed', async () => {
    const { nvim, worktree } = await start();
    await edit(nvim, join(worktree, 'a.txt'));
    await nvim.feed(':5<CR>:TempestComment<CR>');
    await nvim.waitForText(/a\.txt:5/);
    await nvim.feed('One thing<CR>and another<Esc>q');
    await until(async () => (await nvim.lua('return #vim.api.nvim_list_wins()')) === 1, {
      what: 'the window to close',
    });
    await nvim.feed(':TempestComment<CR>');
    await nvim.waitForText(/and another/);
    await nvim.feed('!<C-s>');
    await nvim.waitForText(/┃ One thing +· open\n.*┃ and another!/);
    await nvim.feed(':TempestCommentEdit<CR>');
    await nvim.waitForText(/a\.txt:5/);
    await nvim.feed('<Esc>ggdGiOne thing only<Esc>:wq<CR>');
    await nvim.waitForText(/┃ One thing only +· open/);
    expect(await nvim.lua('return #vim.api.nvim_list_wins()')).toBe(1);
    expect(nvim.screen().join('\n')).not.toContain('another');
  });

  it('is listed, resolved, opened again and removed', async () => {
    const { nvim, worktree } = await start();
    await edit(nvim, join(worktree, 'b.txt'));
    await nvim.feed(':TempestComment Rename it<CR>');
    await nvim.waitForText(/┃ Rename it/);
    await edit(nvim, join(worktree, 'a.txt'));
    await nvim.feed(':7TempestComment Drop it<CR>');
    await nvim.waitForText(/┃ Drop it/);
    await nvim.feed(':TempestComments<CR>');
    await nvim.waitForText(/a\.txt\|7\| \[open\] Drop it\n.*b\.txt\|1\| \[open\] Rename it/);
    await nvim.feed('j:TempestCommentResolve<CR>');
    await until(async () => (await nvim.lua('return #vim.fn.getqflist()')) === 1, {
      what: 'the list to follow',
    });
    await nvim.feed('gg<CR>');
    expect(await nvim.lua('return { vim.fn.expand("%:t"), vim.fn.line(".") }')).toEqual([
      'a.txt',
      7,
    ]);
    await nvim.feed(':TempestCommentRemove<CR>');
    const hasGone = async () => !nvim.screen().join('\n').includes('┃ Drop it');
    await until(hasGone, { what: 'the comment to go' });
    await nvim.feed(':TempestCommentRemove<CR>');
    await says(nvim, /there is no comment in this line/);
    await nvim.feed(':TempestComments!<CR>');
    await nvim.waitForText(/\[resolved\] Rename it/);
    await nvim.feed(':TempestCommentResolve!<CR>');
    await nvim.waitForText(/\[open\] Rename it/);
    await nvim.command('cclose');
    await nvim.command(`edit ${join(repo, 'a.txt')}`);
    await nvim.feed(':TempestComment In vain<CR>');
    await says(nvim, /this buffer shows no file of a session/);
  });

  it('is sent with the others as one prompt, and answered by what the turn changed', async () => {
    const { nvim, worktree, will } = await start();
    await edit(nvim, join(worktree, 'a.txt'));
    await nvim.feed(':2TempestComment Say two<CR>');
    await nvim.waitForText(/┃ Say two/);
    await nvim.feed(':4TempestComment Leave it<CR>');
    await nvim.waitForText(/┃ Leave it/);
    will('sed -i "s/line 2/line two/" a.txt');
    await nvim.feed(':TempestSendReview<CR>');
    await says(nvim, /2 comments sent to work/);
    await nvim.waitForText(/┃ Say two +· answered\n.*┃ - line 2\n.*┃ \+ line two/);
    await nvim.waitForText(/┃ Leave it +· sent/);
    const row = nvim.screen().findIndex((line) => line.includes('Say two'));
    expect(nvim.highlightsAt(row, 5)).toContain('DiagnosticOk');
    await nvim.command('checktime');
    await nvim.waitForText(/line two\n.*┃ Say two/);
    expect(readFileSync(join(worktree, 'a.txt'), 'utf8')).toContain('line two');
    await nvim.feed(':TempestSendReview<CR>');
    await says(nvim, /there is no open comment to send/);
  });

  it('waits for the end of the turn where it may', async () => {
    const { nvim, worktree } = await start();
    await nvim.command('TempestNew! --agent demo --name demo Think hard');
    const demo = await nvim.atWork('demo', /waiting/);
    await edit(nvim, join(demo.worktree, 'a.txt'));
    await nvim.feed(':1TempestComment Later<CR>');
    await nvim.waitForText(/┃ Later +· open/);
    await nvim.feed(':TempestSendReview!<CR>');
    await says(nvim, /demo has 1 comment in its queue/);
    await nvim.waitForText(/┃ Later +· queued/);
    expect(worktree).not.toBe(demo.worktree);
  });

  it('stands on both sides of a review, and nowhere else', async () => {
    const { nvim, worktree } = await start();
    await nvim.status('work', running);
    writeFileSync(join(worktree, 'a.txt'), code.replace('line 5\n', 'line five\n'));
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/line 5 +│ +line five/);
    await nvim.command('wincmd b');
    await nvim.feed(':5TempestComment As a number<CR>');
    await nvim.waitForText(/┃ As a number/);
    await nvim.command('wincmd h');
    await nvim.feed(':5TempestComment This was better<CR>');
    await nvim.waitForText(/┃ This was better/);
    // Both sides stay level.
    await nvim.waitForText(/┃ This was better.*│ +┃ As a number.*\n.*line 6 +│ +line 6/);
    await nvim.feed(':2TempestComment Only here<CR>');
    await nvim.waitForText(/┃ Only here/);
    await nvim.waitForText(/line 9 +│ +line 9/);
    await nvim.feed(':tabnew<CR>');
    expect(await nvim.lua(levelling)).toBe(0);
    await nvim.feed(':tabclose<CR>');
    await until(async () => (await nvim.lua(levelling)) === 1, { what: 'level sides' });
    await nvim.feed(':TempestComments<CR>');
    await nvim.waitForText(/\[open\] As a number/);
    await nvim.waitForText(/\[open\] \(before\) This was better/);
    const comments = await nvim.lua(`
      local found = {}
      for _, buf in ipairs(vim.api.nvim_list_bufs()) do
        local ns = vim.api.nvim_create_namespace('tempest_comments')
        for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buf, ns, 0, -1, { details = true })) do
          for _, line in ipairs(mark[4].virt_lines or {}) do
            table.insert(found, { vim.bo[buf].buftype, mark[2] + 1, line[2][1] })
          end
        end
      end
      table.sort(found, function(a, b) return a[3] < b[3] end)
      return found`);
    expect(comments).toEqual([
      ['', 5, 'As a number'],
      ['nofile', 2, 'Only here'],
      ['nofile', 5, 'This was better'],
    ]);
  });
});
