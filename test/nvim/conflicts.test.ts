// `:TempestConflicts`: the quickfix list of what would conflict.
import { writeFileSync } from 'node:fs';
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
  it('says that there are none, then lists the files of those there are', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    for (const name of ['one', 'two']) {
      await nvim.feed(`:TempestNew! --name ${name} -- cat<CR>`);
      await nvim.status(name, running);
    }
    await nvim.feed(':TempestConflicts<CR>');
    await nvim.waitForText(/tempest: no conflicts/);
    const { one, two } = await nvim.sessions();
    for (const session of [one, two]) {
      writeFileSync(join(session?.worktree ?? '', 'README.md'), `of ${session?.name}\n`);
    }
    await nvim.feed(':TempestConflicts<CR>');
    // The path may be longer than the screen is wide.
    await nvim.inBuffer(/README\.md\|1\| one conflicts with two/);
    await nvim.feed('<CR>');
    expect(await nvim.lua('return vim.api.nvim_buf_get_name(0)')).toBe(
      join(one?.worktree ?? '', 'README.md'),
    );
  });
});
