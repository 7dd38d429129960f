// What a review compares: named by the command, or chosen in it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('shows one turn, the last one, and what is new since the last look', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 130, rows: 30 });
    await nvim.feed(':TempestNew --name work --agent demo write a file<CR>');
    const { worktree } = await nvim.status('work', /waiting/);
    await nvim.feed('y');
    await nvim.status('work', /idle/);
    await nvim.feed('<C-\\><C-n>:TempestDiff work<CR>');
    await nvim.waitForText(/since main\s/);
    await nvim.waitForText(/▸\w (\S+) .*\+/);
    await nvim.feed('q');
    const looked = 'return not require("tempest.state").list()[1].unseen';
    await until(() => nvim.lua<boolean>(looked), { what: 'the session to be seen' });
    await writeFile(join(worktree, 'later.txt'), 'later\n');

    await nvim.feed(':TempestDiff --scope=seen work<CR>');
    await nvim.waitForText(/since you looked[\s\S]*▸A later\.txt/);
    await nvim.waitForText(/ 1 file {2}\+1 -0/);
    await nvim.waitForText(/later\.txt · when you looked/);
    await nvim.feed('q');
    await nvim.feed(':TempestDiff work --turn=1<CR>');
    await nvim.waitForText(/ turn 1\s/);
    await nvim.waitForText(/before turn 1/);
    expect(nvim.screen().join('\n')).not.toContain('later.txt');
    await nvim.command('wincmd b');
    expect(await nvim.lua('return vim.bo.modifiable')).toBe(false);
    await nvim.feed(':TempestDiff work --scope=turn<CR>');
    await nvim.waitForText(/last turn[\s\S]*A later\.txt/);
    expect(
      await nvim.lua("return vim.fn.getcompletion('TempestDiff work --turn=', 'cmdline')"),
    ).toEqual(['--turn=1']);
    await nvim.command('wincmd t');
    await nvim.feed('s');
    await nvim.waitForText(/6: two checkpoints…/);
    await nvim.feed('6<CR>');
    await nvim.waitForText(/From[\s\S]*1: main[\s\S]*2: checkpoint 1/);
    await nvim.feed('2<CR>');
    await nvim.waitForText(/To[\s\S]*1: now/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/checkpoint 1 → now[\s\S]*A later\.txt/);
    await nvim.feed(':TempestDiff work --to=1<CR>');
    await nvim.waitForText(/main → checkpoint 1/);
    await nvim.waitForText(/ 2 files /);
    await nvim.feed(':TempestDiff work --to=1 --turn=1<CR>');
    await nvim.waitForText(/--turn and --to exclude each other/);
  });

  it('is told or asked what it shall compare', async () => {
    const cwd = await box.repo({ files: { 'base.txt': 'base\n' } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 130, rows: 30 });
    for (const name of ['other', 'work']) {
      await nvim.feed(`:TempestNew! --name ${name} -- cat<CR>`);
      await nvim.atWork(name);
    }
    const { other, work } = await nvim.sessions();
    const worktree = work?.worktree ?? '';
    await writeFile(join(worktree, 'done.txt'), 'done\n');
    await box.git(worktree, 'add', '-A');
    await box.git(worktree, 'commit', '-qm', 'done');
    await writeFile(join(worktree, 'new.txt'), 'new\n');
    await writeFile(join(other?.worktree ?? '', 'base.txt'), 'theirs\n');

    await nvim.feed(':TempestDiff work --scope=uncommitted<CR>');
    await nvim.waitForText(/ uncommitted\s[\s\S]* 1 file {2}\+1 -0[\s\S]*A new\.txt/);
    await nvim.feed('s');
    await nvim.waitForText(/1: all changes since main/);
    await nvim.waitForText(/2: last turn/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(
      / since main\s[\s\S]* 2 files {2}\+2 -0[\s\S]*A done\.txt[\s\S]*A new\.txt/,
    );
    await nvim.feed('s');
    await nvim.waitForText(/5: against other/);
    await nvim.feed('5<CR>');
    await nvim.waitForText(/ against other\s[\s\S]* 3 files {2}\+3 -1[\s\S]*M base\.txt/);
    await nvim.feed('[f[f');
    await nvim.waitForText(/base\.txt · other[\s\S]*theirs.*│.*base/);

    await nvim.feed(':TempestDiff work --scope=today<CR>');
    await nvim.waitForText(/no scope today \(all, turn, seen, uncommitted\)/);
    await nvim.feed(':TempestDiff work --scope=turn --against=other<CR>');
    await nvim.waitForText(/--scope and --against exclude each other/);
    const completed = (line: string) =>
      nvim.lua('return vim.fn.getcompletion(..., "cmdline")', [`TempestDiff ${line}`]);
    expect(await completed('--scope=')).toEqual(
      ['all', 'turn', 'seen', 'uncommitted'].map((s) => `--scope=${s}`),
    );
    expect(await completed('work --ag')).toEqual(['--against']);
    expect(await completed('work --against=o')).toEqual(['--against=other']);
    expect(await completed('w')).toEqual(['work']);
  });
});
