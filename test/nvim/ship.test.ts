// `:TempestCommit` and `:TempestMerge`, from the keyboard alone.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { running, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('commits, shows what would land, lands it, and takes it back', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.status('one', running);
    writeFileSync(join(one.worktree, 'new.txt'), 'new\n');
    await nvim.feed(':TempestCommit Add a file<CR>');
    await nvim.waitForText(/one: committed [0-9a-f]{12}/);
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/Merge one into /);
    await nvim.waitForText(/1 commits: 1 files, \+1 -0/);
    expect(existsSync(join(cwd, 'new.txt'))).toBe(false);
    await nvim.feed('y');
    await nvim.waitForText(/one is merged into /);
    expect(existsSync(join(cwd, 'new.txt'))).toBe(true);
    await nvim.feed('<CR>:TempestMerge!<CR>');
    await nvim.waitForText(/is as it was before one was merged/);
    expect(existsSync(join(cwd, 'new.txt'))).toBe(false);
  });
});
