// Terminals of sessions: shown, hidden, left and found again as they were.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { processesOf } from '../support/processes.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { bufferNames, type Editor, echo, running, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const open = async (): Promise<Editor> => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 90, rows: 30 });
    await nvim.lua("require('tempest').setup({ terminal = { detach_after = 50 } })");
    return nvim;
  };
  const attachments = () =>
    processesOf(box.root).filter(({ command }) => /cli\.js attach/.test(command));

  it('hides and shows a terminal, reading position and mode kept, with nothing attached meanwhile', async () => {
    const nvim = await open();
    await nvim.feed(":TempestNew --name long -- sh -c 'seq 1 200; exec cat'<CR>");
    await nvim.waitForText(/\n200/);
    await nvim.inMode('t');
    await nvim.feed('<C-\\><C-n>50Gzt');
    await nvim.waitForText(/\n50\n51/);
    await nvim.command('TempestToggle');
    await until(() => attachments().length === 0, { what: 'the attachment to end' });
    const isForgotten = async () => isDeepStrictEqual(await bufferNames(nvim), ['']);
    await until(isForgotten, { what: 'the buffer to go' });
    await nvim.command('TempestToggle');
    await nvim.waitForText(/\n50\n51/);
    await nvim.inMode('nt');
    expect(attachments()).toHaveLength(1);
    await nvim.feed('i');
    await nvim.inMode('t');
    await nvim.lua("vim.keymap.set('t', '<C-h>', [[<C-\\><C-n><C-w>k]])");
    await nvim.feed('<C-h>');
    await nvim.inMode('n');
    await nvim.feed('<C-w>j');
    await nvim.inMode('t');
  });

  it('tells what can be done when the agent ends, and resumes it', async () => {
    const nvim = await open();
    await nvim.feed(":TempestNew --name brief -- sh -c 'echo begun; read -r x; exit 3'<CR>");
    await nvim.waitForText(/begun/);
    await nvim.inMode('t');
    await nvim.feed('<CR>');
    await nvim.waitForText(/brief: .*3.* <CR> resumes/);
    await nvim.inMode('nt');
    await nvim.waitForText(/^\[Process exited 3\]/m);
    expect(nvim.screen().join('\n')).not.toContain('The agent has ended');
    await nvim.feed('<CR>');
    await nvim.status('brief', running);
    await until(() => !nvim.screen().join('\n').includes('resumes'), { what: 'the hint to go' });
    await nvim.inMode('t');
  });

  it('loses nothing of its lines while its window is narrow', async () => {
    const nvim = await open();
    const numbers = `seq 101 160 | tr "\\n" " "; exec cat`;
    await nvim.feed(`:vertical TempestNew --name narrow -- sh -c '${numbers}'<CR>`);
    await nvim.waitForText(/159 160/);
    await nvim.inMode('t');
    const row = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index).join(' ');
    for (const [width, each] of [
      [20, 5],
      [60, 15],
    ] as const) {
      await nvim.feed(`<C-\\><C-n>:vertical resize ${width}<CR>i`);
      for (let first = 101; first < 160; first += each) {
        await nvim.waitForText(new RegExp(`│${row(first, first + each - 1)} *$`, 'm'));
      }
    }
  });

  it('has what no longer fits into a narrow window above it', async () => {
    const nvim = await open();
    const numbers = `seq 101 350 | tr "\\n" " "; exec cat`;
    await nvim.feed(`:vertical TempestNew --name narrow -- sh -c '${numbers}'<CR>`);
    await nvim.waitForText(/349 350/);
    await nvim.inMode('t');
    await nvim.feed('<C-\\><C-n>:vertical resize 20<CR>i');
    await nvim.waitForText(/│346 347 348 349 350 *$/m);
    const all = "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), ' ')";
    const present = async () => (await nvim.lua<string>(all)).match(/\d+/g);
    const meant = Array.from({ length: 250 }, (_, index) => String(101 + index));
    await until(async () => isDeepStrictEqual(await present(), meant), { what: 'all numbers' });
  });

  it('survives the end of a session that is watched in normal mode', async () => {
    const nvim = await open();
    await nvim.feed(':TempestNew --agent demo look around<CR>');
    await nvim.waitForText(/\(y\/n\)/);
    await nvim.inMode('t');
    await nvim.feed('<C-\\><C-n>gg');
    await nvim.inMode('nt');
    await nvim.feed(':TempestClose<CR>');
    await nvim.waitForText(/closed .* <CR> resumes/);
    expect(await nvim.lua('return 1 + 1')).toBe(2);
  });

  it('in a tab page of its own, everything stands in the worktree; other tab pages stay', async () => {
    const nvim = await open();
    const cwd = await nvim.lua('return vim.fn.getcwd()');
    await nvim.feed(`:tab TempestNew --name own -- ${echo}<CR>`);
    await nvim.waitForText(/^ready/m);
    const { worktree, id } = await nvim.status('own', running);
    const seen = 'return { vim.fn.getcwd(-1, 0), vim.t.tempest_session, vim.fn.getcwd(-1, 1) }';
    expect(await nvim.lua(seen)).toEqual([worktree, id, cwd]);
    await nvim.inMode('t');
    await nvim.feed('<C-\\><C-n>:tabprevious<CR>');
    await until(() => attachments().length === 0, { what: 'the unseen terminal to be detached' });
    await nvim.feed(':tabnext<CR>ihello<CR>');
    await nvim.waitForText(/got hello/);
  });

  it('hazard 29: a flood in a hidden session costs Neovim nothing', async () => {
    const nvim = await open();
    await nvim.feed(':TempestNew --name flood -- yes flooding all the time<CR>');
    await nvim.waitForText(/^flooding all the time$/m);
    await nvim.command('TempestToggle');
    const ptys = `return #vim.tbl_filter(function(channel)
      return channel.pty ~= nil
    end, vim.api.nvim_list_chans())`;
    await until(async () => (await nvim.lua(ptys)) === 0, { what: 'the attachment to end' });
    const flood = processesOf(box.root).find(({ command }) => / the time$/.test(command))?.pid ?? 0;
    const [written, heard] = [traffic(flood).wchar, traffic(nvim.pid).rchar];
    const flooded = () => traffic(flood).wchar - written > 16 * 1024 * 1024;
    await until(flooded, { what: '16 MiB more of it' });
    expect(attachments()).toEqual([]);
    expect(traffic(nvim.pid).rchar - heard).toBeLessThan(1024 * 1024);
    await nvim.command('TempestClose flood');
    await nvim.status('flood', /closed/);
  });

  it('does not take the focus from somebody who writes', async () => {
    const nvim = await open();
    await nvim.feed(':TempestNew! --agent demo hello<CR>');
    await nvim.feed('iwriting');
    await nvim.atWork('hello', /waiting/);
    await nvim.feed(' on<Esc>');
    expect(await nvim.lua('return vim.api.nvim_get_current_line()')).toBe('writing on');
    const said = async () => /tempest: hello waits for you/.test(await nvim.messages());
    await until(said, { what: 'the message' });
    expect((await nvim.client.mode).blocking).toBe(false);
  });
});

/** Bytes that a process has read and written so far; see proc(5). */
function traffic(pid: number): { rchar: number; wchar: number } {
  const text = readFileSync(`/proc/${pid}/io`, 'latin1');
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1]);
  return { rchar: count('rchar'), wchar: count('wchar') };
}
