// `:TempestCheck`: approved, run and read from the keyboard alone; seen in the picker and before a merge.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('asks for an approval, tells how it ended, shows why, and asks again before a merge', async () => {
    const cwd = await box.repo({
      files: { '.tempest.toml': 'check = "echo looking; test -e good.txt"\n' },
    });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    await nvim.feed(':TempestCheck<CR>');
    await nvim.waitForText(/Run this check\?/);
    await nvim.waitForText(/echo looking; test -e good\.txt/);
    await nvim.feed('y');
    await nvim.waitForText(/one: its check failed with code 1/);
    await nvim.feed('<CR>:TempestCheckLog<CR>');
    await nvim.waitForText(/^looking/m);
    await nvim.feed('q:Tempest<CR>');
    await nvim.waitForText(/one .*✗/);
    await nvim.feed('q');

    writeFileSync(join(one.worktree, 'bad.txt'), 'bad\n');
    await nvim.feed(':TempestCommit Add a file<CR>');
    await nvim.waitForText(/Commit one\?/);
    await nvim.feed('y');
    await nvim.waitForText(/one: committed/);
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/the check failed with code 1, before the last changes/);
    await nvim.waitForText(/y merge all the same/);
    await nvim.feed('n');

    writeFileSync(join(one.worktree, 'good.txt'), 'good\n');
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/one .*✗/);
    await nvim.feed('C');
    await nvim.waitForText(/one: its check passed/);
    await nvim.waitForText(/one .*✓/);
  });
});
