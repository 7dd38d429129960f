// `:TempestFork`: a second session from where the first stands.
import { readFileSync, writeFileSync } from 'node:fs';
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
  it('opens a terminal on a second session that has the work of the first', async () => {
    const repo = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd: repo, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name first -- cat<CR>');
    const first = await nvim.atWork('first');
    writeFileSync(join(first.worktree, 'draft.txt'), 'not committed\n');
    await nvim.feed(':TempestFork --session first --name second<CR>');
    const second = await nvim.status('second', running);
    expect(second.forkedFrom).toBe(first.id);
    expect(readFileSync(join(second.worktree, 'draft.txt'), 'utf8')).toBe('not committed\n');
    await nvim.inMode('t');
    expect(await nvim.lua('return vim.b.tempest_session')).toBe(second.id);
  });
});
